import { excerpt, invalid, isObject, type Json, type JsonObject, PlinthError } from "@plinth/core";
import { putTokenSettings } from "@plinth/db";
import * as z from "zod";
import { commitMetadataChange } from "../../commit/metadata-change.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { recentChanges } from "../identity-changes.ts";
import { recordOf } from "../security-events.ts";
import { CLAIM_VARIABLES, MAX_ACCESS_TOKEN_MINUTES, type TokenSettings, tokenSettings } from "../token-settings.ts";
import { RESERVED_CLAIMS } from "../user-claims.ts";

/** Tokens travel with every request. */
const MAX_CLAIMS_CHARS = 2000;

export const tokenSettingsSchema = z.strictObject({
  access_token_minutes: z
    .int()
    .min(1)
    .max(MAX_ACCESS_TOKEN_MINUTES)
    .optional()
    .describe("Minutes for which an access token counts"),
  audience: z.string().min(1).max(500).nullish().describe("The `aud` of its tokens; null: their issuer"),
  claims: z
    .record(z.string().min(1).max(200), z.json())
    .optional()
    .describe(`Claims of every token; a text may be one of ${CLAIM_VARIABLES.join(", ")}`),
});

export async function showTokenSettings({ engine, driver, principal }: RequestContext): Promise<TokenSettings> {
  return tokenSettings(engine, driver, principal.workspaceId);
}

/** Changes what is given. Tokens with another audience are refused from then on, and their refresh tokens give new ones. */
export async function changeTokenSettings(
  ctx: RequestContext,
  input: z.infer<typeof tokenSettingsSchema>,
): Promise<TokenSettings> {
  const { engine, driver, principal } = ctx;
  const { workspaceId } = principal;
  // Rules rely on them.
  if (principal.scope && input.claims) throw new PlinthError("FORBIDDEN", "A scoped key cannot change claims.");
  if (input.claims) checkClaims(input.claims as JsonObject);
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const data: TokenSettings = { ...(await tokenSettings(engine, driver, workspaceId)), ...given };
  const queries = [
    putTokenSettings(driver, workspaceId, JSON.stringify(data)),
    recordOf(ctx, { type: "token_settings_change", target: null, detail: given }),
  ];
  return commitMetadataChange(ctx, { queries, data, forget: (own) => recentChanges(own).expire() });
}

function checkClaims(claims: JsonObject): void {
  const reserved = Object.keys(claims).find((name) => RESERVED_CLAIMS.includes(name));
  if (reserved !== undefined) throw invalid(`claims.${reserved}`, "is a claim that every token has");
  if (JSON.stringify(claims).length > MAX_CLAIMS_CHARS)
    throw invalid("claims", `must have at most ${MAX_CLAIMS_CHARS} characters in all`, "LIMIT_EXCEEDED");
  checkTexts(claims, "claims");
}

/** A misspelt variable would be a claim that says nothing. */
function checkTexts(value: Json, path: string): void {
  if (typeof value === "string" && value.startsWith("$") && !CLAIM_VARIABLES.some((name) => name === value))
    throw invalid(path, `there is no variable ${excerpt(value)}; variables are ${CLAIM_VARIABLES.join(", ")}`);
  if (Array.isArray(value)) for (const [i, item] of value.entries()) checkTexts(item, `${path}.${i}`);
  else if (isObject(value)) for (const [name, item] of Object.entries<Json>(value)) checkTexts(item, `${path}.${name}`);
}
