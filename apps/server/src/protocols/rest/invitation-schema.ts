import { INSTANT, type JsonSchema, nullable, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";

type Properties = Readonly<Record<string, JsonSchema>>;

/** What every invitation says of itself; `gives`: what it invites to. */
export const openInvitation = (gives: Properties, more: Properties = {}): JsonSchema =>
  object({
    id: UUID,
    email: TEXT,
    ...gives,
    created_at: INSTANT,
    created_by: nullable(TEXT),
    expires_at: INSTANT,
    ...more,
  });

/** One that is listed after it has been used, or has ended, too. */
export const invitation = (gives: Properties, more: Properties = {}): JsonSchema =>
  openInvitation(gives, {
    state: { type: "string", enum: ["open", "accepted", "revoked", "expired"] },
    accepted_at: nullable(INSTANT),
    accepted_by: nullable(UUID),
    ...more,
  });

/** Only the answer that makes an invitation holds these. */
export const SECRETS: Properties = { token: TEXT, link: TEXT };
