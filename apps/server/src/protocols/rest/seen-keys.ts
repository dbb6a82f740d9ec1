import { KEY_KINDS } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { type JsonSchema, listOf, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";

/** What a route takes that takes the right to make keys from somebody. */
export const revokeKeys = {
  revoke_keys: z
    .enum(["true", "false"])
    .default("false")
    .describe("Whether the keys end that the one who loses rights made or rotated last"),
};

export function revocationIn({ revoke_keys }: { readonly revoke_keys: string }): { revokeKeys: boolean } {
  return { revokeKeys: revoke_keys === "true" };
}

/** The keys that go on, or have ended. */
export const seenKeys = (): JsonSchema =>
  listOf(object({ id: UUID, name: TEXT, kind: { type: "string", enum: [...KEY_KINDS] }, prefix: TEXT }));
