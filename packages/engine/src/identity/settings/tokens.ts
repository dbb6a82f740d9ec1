import { excerpt, invalid, isObject, type Json, type JsonObject } from "@plinth/core";
import * as z from "../../kernel/zod.ts";
import { CLAIM_VARIABLES, RESERVED_CLAIMS } from "../claim-names.ts";
import { defineSection } from "./section.ts";
import { wholeNumberSetting } from "./whole-number-setting.ts";

/** Sessions that ended are remembered for longer than this. */
const MAX_MINUTES = 60;
/** Tokens travel with every request. */
const MAX_CLAIMS_CHARS = 2000;

/** How a workspace's tokens are made. */
export interface TokenSettings {
  readonly access_token_minutes: number;
  readonly audience: string | null;
  readonly claims: JsonObject;
}

export const tokensSection = defineSection({
  schema: z.strictObject({
    access_token_minutes: wholeNumberSetting(1, MAX_MINUTES).describe("Minutes for which an access token is valid"),
    audience: z.string().min(1).max(500).nullable().describe("The `aud` of its tokens; null: their issuer"),
    claims: z
      .record(z.string().min(1).max(200), z.json())
      .describe(`Claims of every token; a text may be one of ${CLAIM_VARIABLES.join(", ")}`),
  }),
  defaults: () => ({ access_token_minutes: 15, audience: null, claims: {} }),
  check: (_, { claims }) => checkClaims(claims as JsonObject),
});

function checkClaims(claims: JsonObject): void {
  const reserved = Object.keys(claims).find((name) => RESERVED_CLAIMS.includes(name));
  if (reserved !== undefined) throw invalid(`tokens.claims.${reserved}`, "is a claim that every token has");
  if (JSON.stringify(claims).length > MAX_CLAIMS_CHARS)
    throw invalid("tokens.claims", `must have at most ${MAX_CLAIMS_CHARS} characters in all`, "LIMIT_EXCEEDED");
  checkTexts(claims, "tokens.claims");
}

/** A misspelt variable would be a claim that says nothing. */
function checkTexts(value: Json, path: string): void {
  if (typeof value === "string" && value.startsWith("$") && !CLAIM_VARIABLES.some((name) => name === value))
    throw invalid(path, `there is no variable ${excerpt(value)}; variables are ${CLAIM_VARIABLES.join(", ")}`);
  if (Array.isArray(value)) for (const [i, item] of value.entries()) checkTexts(item, `${path}.${i}`);
  else if (isObject(value)) for (const [name, item] of Object.entries<Json>(value)) checkTexts(item, `${path}.${name}`);
}
