import { claimsHold, isVerified, tokenCrypto, type UnverifiedJwt } from "@plinth/auth";
import {
  isObject,
  isPlaceholderAddress,
  type Json,
  type JsonObject,
  type Principal,
  type SqlDriver,
  sha256Hex,
} from "@plinth/core";
import { listTrustedIssuerRows, type TrustedIssuerRow } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { recentChanges } from "../identity-changes.ts";
import type { Identity } from "../state.ts";
import { tokenState } from "../token-state.ts";
import { userPrincipal } from "../user-principal.ts";
import { issuerKey } from "./issuer-keys.ts";

const MAX_ID_CHARS = 500;
const MAX_ROLES = 100;
const MAX_REMEMBERED_CHARS = 4096;

/** Which claims become what, and the roles that they may give. */
export interface ClaimMapping {
  readonly id: string;
  readonly email: string;
  readonly roles: string;
  readonly allowed_roles: readonly string[];
  /** Whether to trust the address in tokens that do not say whether it is verified. Default: false. */
  readonly trust_email?: boolean;
}

/** The principal of a token that an issuer signed which the workspace trusts. Null: it is not valid. */
export async function identifyForeignToken(
  engine: Engine,
  driver: SqlDriver,
  { token, jwt, workspaceId }: { token: string; jwt: UnverifiedJwt; workspaceId: string },
): Promise<Identity | null> {
  const now = engine.clock.now();
  const { foreignTokens: tokens, issuers } = tokenState(engine);
  const { version } = recentChanges(engine);
  const name = `${workspaceId} ${token}`;
  const known = tokens.get(name);
  // Changes of issuers drop all of them; no other change concerns them.
  if (known && now < known.until) return known.identity;
  const trusted = await issuers.get(workspaceId, driver.lifetime === "process", async () => ({
    value: await listTrustedIssuerRows(driver, workspaceId),
  }));
  const issuer = trusted!.find((row) => row.issuer === jwt.claims.iss);
  if (!issuer) return null;
  const key = await issuerKey(engine, issuer, jwt.header, driver.lifetime === "process");
  if (!key || !(await (await tokenCrypto()).verify(token, key))) return null;
  if (!claimsHold(jwt.claims, { issuer: issuer.issuer, audience: issuer.audience, now })) return null;
  const until = (jwt.claims.exp as number) * 1000;
  const principal = await foreignPrincipal(issuer, jwt.claims, until);
  if (!principal) return null;
  const identity = { principal, cookieAuthenticated: false };
  if (token.length <= MAX_REMEMBERED_CHARS) tokens.set(name, { identity, until, version, userChange: undefined });
  return identity;
}

async function foreignPrincipal(
  { id: issuerId, issuer, workspaceId, claims: mapping }: TrustedIssuerRow,
  claims: JsonObject,
  until: number,
): Promise<Principal | undefined> {
  const { id, email, roles, allowed_roles: allowed, trust_email } = JSON.parse(mapping) as ClaimMapping;
  const subject = claimAt(claims, id);
  if (typeof subject !== "string" || subject === "" || subject.length > MAX_ID_CHARS) return undefined;
  const address = isVerified(claims.email_verified ?? trust_email) ? claimAt(claims, email) : undefined;
  const given = rolesIn(claimAt(claims, roles));
  const user = {
    id: await foreignUserId(workspaceId, issuer, subject),
    workspaceId,
    email: typeof address === "string" && !isPlaceholderAddress(address) ? address.toLowerCase() : null,
  };
  const principal = userPrincipal(user, { roles: allowed.filter((role) => given.includes(role)) });
  const shown = Object.entries(claims).filter(([name]) => !OF_THE_TOKEN.has(name));
  return {
    ...principal,
    issuer: { id: issuerId, until },
    claims: Object.fromEntries(shown),
  };
}

const OF_THE_TOKEN: ReadonlySet<string> = new Set(["aud", "exp", "iat", "nbf", "jti", "nonce", "at_hash"]);

/**
 * The id of somebody else's user: the same for one subject of one issuer in one workspace, and no other's, whatever the
 * issuer puts into its tokens. It is a UUID of version 8, and those of our own users are of version 7.
 */
async function foreignUserId(workspaceId: string, issuer: string, subject: string): Promise<string> {
  const hex = await sha256Hex(JSON.stringify([workspaceId, issuer, subject]));
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}

/** `path`: the name of a claim, or names with dots between them. */
function claimAt(claims: JsonObject, path: string): Json | undefined {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: Json | undefined = claims;
  for (const name of path.split(".")) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/** A list of names, or names with blanks or commas between them. */
function rolesIn(value: Json | undefined): readonly string[] {
  if (typeof value === "string") return value.split(/[\s,]/).slice(0, MAX_ROLES);
  return Array.isArray(value) ? value.slice(0, MAX_ROLES).filter((one) => typeof one === "string") : [];
}
