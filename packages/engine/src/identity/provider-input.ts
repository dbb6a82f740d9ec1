import {
  APPLE_ID,
  credentialsProblem,
  invalid,
  issuerProblem,
  PROVIDER_KINDS,
  PROVIDER_NAME,
  PROVIDER_SCOPE,
  type ProviderKind,
} from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { plainText } from "../kernel/plain-text.ts";
import { serverSet } from "../kernel/server-set.ts";
import * as z from "../kernel/zod.ts";

const KINDS = Object.keys(PROVIDER_KINDS) as [ProviderKind, ...ProviderKind[]];

const clientId = z.string().trim().min(1, "must not be empty").max(255);
const appleId = z.string().regex(APPLE_ID, "must have 10 letters and digits, as Apple shows it");

const settings = {
  label: plainText(1, 60).optional().describe("The name on buttons; by default that of the kind"),
  client_id: clientId.describe("Of Apple: the Services ID"),
  client_secret: z.string().min(1, "must not be empty").max(2000).nullish().describe("Never returned; null: none"),
  other_client_ids: z.array(clientId).max(10).optional().describe("Of native apps, whose ID tokens are accepted too"),
  team_id: appleId.nullish().describe("Apple only"),
  key_id: appleId.nullish().describe("Apple only: of the private key"),
  private_key: z.string().max(4000).nullish().describe("Apple only: the text of the .p8 file. Never returned"),
  scopes: z.array(z.string().regex(PROVIDER_SCOPE, "must be a scope, without spaces")).max(20).optional(),
  trust_email: z
    .boolean()
    .optional()
    .describe("Whether its word counts that an address is its user's; if not, no account is found by its address"),
  enabled: z.boolean().optional(),
};

export const createProviderSchema = z.strictObject({
  ...serverSet("callback_url", "has_secret", "created_at", "updated_at"),
  name: z
    .string()
    .regex(PROVIDER_NAME, "must match ^[a-z][a-z0-9-]{0,39}$")
    .describe("Its name in addresses, such as google"),
  kind: z.enum(KINDS),
  issuer: z
    .string()
    .max(500)
    .optional()
    .describe("Its address, exactly as it calls itself; by default that of the kind"),
  ...settings,
});

export const changeProviderSchema = z
  .strictObject({
    ...serverSet("callback_url", "has_secret", "created_at", "updated_at"),
    name: z.string().max(40),
    kind: z.enum(KINDS),
    issuer: z.string().max(500),
    ...settings,
  })
  .partial();

export type ProviderInput = z.infer<typeof createProviderSchema>;
export type ProviderChange = z.infer<typeof changeProviderSchema>;

/** The issuer of a new provider. */
export function issuerIn({ kind, issuer = PROVIDER_KINDS[kind].issuer }: ProviderInput, { config }: Engine): string {
  if (issuer === undefined)
    throw invalid("issuer", "must be the address of the provider, such as https://login.example.com");
  const wrong = issuerProblem(issuer, kind, config.privateAddresses);
  if (wrong) throw invalid("issuer", wrong);
  return issuer;
}

/** Throws where a kind needs more, or does not know what is given. */
export function checkCredentials(...asked: Parameters<typeof credentialsProblem>): void {
  const wrong = credentialsProblem(...asked);
  if (wrong) throw invalid(wrong.field, wrong.problem);
}
