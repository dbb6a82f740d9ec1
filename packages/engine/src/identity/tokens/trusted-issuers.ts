import { invalid, outgoingProblem, PlinthError, ROLE_ADMIN, type SqlQuery, uuidv7 } from "@plinth/core";
import {
  deleteTrustedIssuerQueries,
  insertTrustedIssuer,
  listTrustedIssuerRows,
  setIssuerClaims,
  type TrustedIssuerRow,
} from "@plinth/db";
import { refuseOn } from "../../commit/commit.ts";
import { commitMetadataChange } from "../../commit/metadata-change.ts";
import { holdsAtMost } from "../../commit/room.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { serverSet } from "../../kernel/server-set.ts";
import * as z from "../../kernel/zod.ts";
import { recentChanges } from "../identity-changes.ts";
import { recordOf } from "../security-events.ts";
import { assignable } from "../users.ts";
import type { ClaimMapping } from "./foreign-token.ts";
import { keySetOf } from "./issuer-keys.ts";

const MAX_ISSUERS = 20;
const claimName = z
  .string()
  .min(1)
  .max(200)
  .describe("The name of a claim; dots lead into objects, as in `realm_access.roles`");

export const createTrustedIssuerSchema = z.strictObject({
  ...serverSet("id", "created_at"),
  issuer: z.string().min(1).max(500).describe("The `iss` of its tokens, exactly"),
  audience: z.string().min(1).max(500).describe("The `aud` that its tokens must name"),
  jwks_url: z.string().max(1000).nullish().describe("Where its keys are published; or give `public_key`"),
  public_key: z
    .union([z.string().max(20_000), z.record(z.string(), z.json())])
    .nullish()
    .describe("Its key in PEM form, as a JWK or as a JWK set"),
  claims: z
    .strictObject({
      id: claimName.default("sub"),
      email: claimName.default("email"),
      roles: claimName.default("roles"),
    })
    .prefault({})
    .describe("Which claims hold the user's id, address and roles"),
  trust_email: z
    .boolean()
    .default(false)
    .describe("Whether the address counts in tokens that do not say by `email_verified` whether it is verified"),
  roles: z.array(z.string().max(40)).max(20).default([]).describe("The roles that its tokens may give"),
});

export interface TrustedIssuer {
  id: string;
  issuer: string;
  audience: string;
  jwks_url: string | null;
  public_key: object | null;
  claims: { id: string; email: string; roles: string };
  trust_email: boolean;
  roles: readonly string[];
  created_at: string;
}

export async function listTrustedIssuers(ctx: RequestContext): Promise<TrustedIssuer[]> {
  return (await listTrustedIssuerRows(ctx.driver, ctx.principal.workspaceId)).map(describe);
}

/** From now on, its tokens are accepted in this workspace. */
export async function createTrustedIssuer(
  ctx: RequestContext,
  input: z.infer<typeof createTrustedIssuerSchema>,
): Promise<TrustedIssuer> {
  const { driver, now, principal, engine } = ctx;
  const { workspaceId } = principal;
  if (principal.scope) throw new PlinthError("FORBIDDEN", "A scoped key cannot add trusted issuers.");
  const allowed_roles = assignable(ctx, input.roles);
  if (allowed_roles.includes(ROLE_ADMIN))
    throw invalid("roles", `tokens of a trusted issuer cannot give the role ${ROLE_ADMIN}`);
  const mapping: ClaimMapping = { ...input.claims, allowed_roles, trust_email: input.trust_email };
  const row: TrustedIssuerRow = {
    id: uuidv7(now),
    workspaceId,
    issuer: input.issuer,
    audience: input.audience,
    ...(await keysOf(engine, input)),
    claims: JSON.stringify(mapping),
    createdAt: new Date(now),
  };
  if ((await listTrustedIssuerRows(driver, workspaceId)).length >= MAX_ISSUERS) throw tooManyIssuers();
  const requires = [holdsAtMost(ctx, { kind: "trustedIssuers", most: MAX_ISSUERS, refusal: tooManyIssuers })];
  const queries = [
    insertTrustedIssuer(driver, row),
    recordOf(ctx, { type: "trusted_issuer_create", target: `issuer:${row.id}`, detail: { issuer: row.issuer } }),
  ];
  const taken = () => new PlinthError("CONFLICT", "This issuer is trusted already.", { field: "issuer" });
  return commitMetadataChange(ctx, { queries, requires, roles: allowed_roles, data: describe(row), forget }).catch(
    refuseOn("unique", taken),
  );
}

function tooManyIssuers(): PlinthError {
  return new PlinthError("LIMIT_EXCEEDED", `A workspace trusts at most ${MAX_ISSUERS} issuers.`);
}

/** Its tokens are refused from now on, by other servers within two seconds. */
export async function deleteTrustedIssuer(ctx: RequestContext, id: string): Promise<{ id: string }> {
  const queries = [
    ...deleteTrustedIssuerQueries(ctx.driver, ctx.principal.workspaceId, id),
    recordOf(ctx, { type: "trusted_issuer_delete", target: `issuer:${id}` }),
  ];
  const missing = () => new PlinthError("NOT_FOUND", "There is no such issuer.");
  return commitMetadataChange(ctx, { queries, data: { id }, forget }).catch(refuseOn("guard", missing));
}

/** The statements that take a role which is deleted from the issuers whose tokens may give it. */
export async function removeRoleFromIssuers({ driver, principal }: RequestContext, role: string): Promise<SqlQuery[]> {
  const rows = await listTrustedIssuerRows(driver, principal.workspaceId);
  return rows.flatMap(({ id, claims }) => {
    const mapping = JSON.parse(claims) as ClaimMapping;
    const allowed_roles = mapping.allowed_roles.filter((name) => name !== role);
    if (allowed_roles.length === mapping.allowed_roles.length) return [];
    return [setIssuerClaims(driver, id, JSON.stringify({ ...mapping, allowed_roles }))];
  });
}

function forget(engine: Engine): void {
  recentChanges(engine).expire();
}

async function keysOf(
  { config }: Engine,
  { jwks_url: jwksUrl, public_key: publicKey }: z.infer<typeof createTrustedIssuerSchema>,
): Promise<Pick<TrustedIssuerRow, "jwksUrl" | "keys">> {
  if ((jwksUrl ?? null) !== null && (publicKey ?? null) !== null)
    throw invalid("public_key", "give either this or jwks_url, not both");
  if (typeof jwksUrl === "string") {
    const problem = outgoingProblem(jwksUrl, config.privateAddresses);
    if (problem) throw invalid("jwks_url", problem);
    return { jwksUrl, keys: null };
  }
  if (publicKey === undefined || publicKey === null) throw invalid("jwks_url", "give this or public_key");
  const set = await keySetOf(publicKey);
  if (!set)
    throw invalid("public_key", "must hold public keys of the kinds EC, OKP (Ed25519) or RSA, with 2,048 bits or more");
  return { jwksUrl: null, keys: JSON.stringify(set) };
}

function describe(row: TrustedIssuerRow): TrustedIssuer {
  const { allowed_roles: roles, trust_email = false, ...claims } = JSON.parse(row.claims) as ClaimMapping;
  return {
    id: row.id,
    issuer: row.issuer,
    audience: row.audience,
    jwks_url: row.jwksUrl,
    public_key: row.keys === null ? null : (JSON.parse(row.keys) as object),
    claims,
    trust_email,
    roles,
    created_at: row.createdAt.toISOString(),
  };
}
