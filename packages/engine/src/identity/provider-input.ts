import { invalid, outgoingProblem } from "@plinth/core";
import * as z from "zod";
import type { Engine } from "../kernel/engine.ts";
import { plainText } from "../kernel/plain-text.ts";
import { serverSet } from "../kernel/server-set.ts";

/** What is known of the kinds; `oidc` is any issuer of OpenID Connect. */
export const PROVIDER_KINDS = {
  google: { label: "Google", issuer: "https://accounts.google.com", scopes: ["email", "profile"] },
  github: { label: "GitHub", issuer: "https://github.com", scopes: ["read:user", "user:email"] },
  apple: { label: "Apple", issuer: "https://appleid.apple.com", scopes: ["email", "name"] },
  oidc: { label: undefined, issuer: undefined, scopes: ["email", "profile"] },
} as const;

export type ProviderKind = keyof typeof PROVIDER_KINDS;

const KINDS = Object.keys(PROVIDER_KINDS) as [ProviderKind, ...ProviderKind[]];
const NAME = /^[a-z][a-z0-9-]{0,39}$/;
/** RFC 6749, 3.3. */
const SCOPE = /^[!#-[\]-~]{1,200}$/;

const clientId = z.string().trim().min(1, "must not be empty").max(255);
const appleId = z.string().regex(/^[A-Z0-9]{10}$/, "must have 10 letters and digits, as Apple shows it");

const settings = {
  label: plainText(1, 60).optional().describe("The name on buttons; by default that of the kind"),
  client_id: clientId.describe("Of Apple: the Services ID"),
  client_secret: z.string().min(1, "must not be empty").max(2000).nullish().describe("Never returned; null: none"),
  other_client_ids: z.array(clientId).max(10).optional().describe("Of native apps, whose ID tokens are accepted too"),
  team_id: appleId.nullish().describe("Apple only"),
  key_id: appleId.nullish().describe("Apple only: of the private key"),
  private_key: z.string().max(4000).nullish().describe("Apple only: the text of the .p8 file. Never returned"),
  scopes: z.array(z.string().regex(SCOPE, "must be a scope, without spaces")).max(20).optional(),
  trust_email: z
    .boolean()
    .optional()
    .describe("Whether its word counts that an address is its user's; if not, no account is found by its address"),
  enabled: z.boolean().optional(),
};

export const createProviderSchema = z.strictObject({
  ...serverSet("callback_url", "has_secret", "created_at", "updated_at"),
  name: z.string().regex(NAME, "must match ^[a-z][a-z0-9-]{0,39}$").describe("Its name in addresses, such as google"),
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
  const wrong = outgoingProblem(issuer, config.privateAddresses) ?? oddForm(issuer, kind);
  if (wrong) throw invalid("issuer", wrong);
  return issuer;
}

/** One issuer has one form, so that its users cannot have two accounts. */
function oddForm(issuer: string, kind: ProviderKind): string | undefined {
  const { href, search, hash } = new URL(issuer);
  if (search !== "" || hash !== "") return "must have neither ? nor #";
  if (href !== issuer && href !== `${issuer}/`) return `must be written as ${href}`;
  return kind === "github" && issuer.endsWith("/") ? "must not end with a slash" : undefined;
}

/** What a kind needs and what it does not know. */
export function checkCredentials(
  kind: ProviderKind,
  { client_secret, private_key, team_id, key_id }: ProviderChange,
  kept: { readonly secret: boolean; readonly teamId?: string | undefined; readonly keyId?: string | undefined },
): void {
  if (kind !== "apple") {
    const odd = Object.entries({ private_key, team_id, key_id }).find(([, value]) => value != null);
    if (odd) throw invalid(odd[0], "is for providers of the kind apple");
    if (kind === "github" && !(client_secret ?? (client_secret === undefined && kept.secret))) {
      throw invalid("client_secret", "is needed: GitHub knows no apps without one");
    }
    return;
  }
  if (client_secret != null) throw invalid("client_secret", "is made from private_key for Apple; leave it out");
  if (!(private_key ?? (private_key === undefined && kept.secret))) throw invalid("private_key", "is needed");
  if (
    private_key != null &&
    !/^\s*-----BEGIN PRIVATE KEY-----[\w+/=\s]+-----END PRIVATE KEY-----\s*$/.test(private_key)
  ) {
    throw invalid("private_key", "must be the text of the .p8 file, from -----BEGIN PRIVATE KEY----- to its end");
  }
  if (!(team_id ?? (team_id === undefined && kept.teamId))) throw invalid("team_id", "is needed");
  if (!(key_id ?? (key_id === undefined && kept.keyId))) throw invalid("key_id", "is needed");
}
