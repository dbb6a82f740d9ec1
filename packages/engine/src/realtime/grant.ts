import { hasAccount, operatorIn, PlinthError, type Principal, type SqlDriver } from "@plinth/core";
import { findLivingSecrets, findLivingSessions, findTrustedIssuers, type KeySecret } from "@plinth/db";
import { HOOK_CLAIM } from "../identity/claim-names.ts";
import { withHookClaim } from "../identity/user-claims.ts";
import { currentUsers } from "../identity/user-principal.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";

/** What authorizes a subscription. It is checked again and again while the subscription lasts. */
export type Credential =
  | { readonly kind: "none" }
  | { readonly kind: "session"; readonly id: string }
  /** With the version of the secret that was used: it may end before the key does. */
  | { readonly kind: "key"; readonly id: string; readonly version: number }
  /** A token of an issuer with this id, which the workspace trusts. */
  | { readonly kind: "issuer"; readonly id: string; readonly until: number };

export interface Grant {
  readonly principal: Principal;
  readonly credential: Credential;
}

/** The grant of a request whose principal is known. */
export async function grantOf({ principal, driver, now }: RequestContext): Promise<Grant> {
  const { kind, id, issuer, sessionId } = principal;
  if (kind === "key") {
    return { principal, credential: { kind: "key", id: id!, version: principal.secretVersion! } };
  }
  if (!hasAccount(principal)) return { principal, credential: { kind: "none" } };
  if (issuer) return { principal, credential: { kind: "issuer", ...issuer } };
  // The caller may be known from a cache.
  const [living] = await findLivingSessions(driver, [sessionId!], now);
  if (living === undefined) throw new PlinthError("INVALID_TOKEN");
  return { principal, credential: { kind: "session", id: living } };
}

/** Which of these credentials are still valid, in a few statements for any number of them; by `credentialKey`. */
export async function validCredentials(
  driver: SqlDriver,
  credentials: readonly Credential[],
  now: number,
): Promise<Set<string>> {
  const sessions = await findLivingSessions(driver, idsOf(credentials, "session"), now);
  const keys = await findLivingSecrets(driver, secretsIn(credentials), now);
  const trusted = new Set(await findTrustedIssuers(driver, idsOf(credentials, "issuer")));
  const issuers = credentials.filter((one) => one.kind === "issuer" && now < one.until && trusted.has(one.id));
  return new Set([
    ...sessions,
    ...keys.map((secret) => credentialKey({ kind: "key", ...secret })),
    ...issuers.map((one) => credentialKey(one as Holding)),
  ]);
}

export type Holding = Exclude<Credential, { kind: "none" }>;

/** Equal for equal credentials. */
export function credentialKey(credential: Holding): string {
  if (credential.kind === "key") return `${credential.id}.${credential.version}`;
  return credential.kind === "issuer" ? `${credential.id}.${credential.until}` : credential.id;
}

/** The same grant with current roles. Throws if it is no longer valid. */
export async function renewGrant(engine: Engine, driver: SqlDriver, grant: Grant): Promise<Grant> {
  const [renewed] = await renewGrants(engine, driver, [grant]);
  if (!renewed) throw refusalOf(grant);
  return renewed;
}

/** The same user in the grant's workspace: operators may act where they have rights, others only in their own. */
export function inGrantedWorkspace(principal: Principal, workspaceId: string): Principal | null {
  return principal.workspaceId === workspaceId ? principal : operatorIn(principal, workspaceId);
}

/** The same grants with current rights, in order. Null: no longer valid. */
export async function renewGrants(
  engine: Engine,
  driver: SqlDriver,
  grants: readonly Grant[],
): Promise<(Grant | null)[]> {
  const credentials = grants.map(({ credential }) => credential);
  const users = await currentUsers(engine, driver, idsOf(credentials, "session"));
  const others = await validCredentials(
    driver,
    credentials.filter(({ kind }) => kind !== "session"),
    engine.clock.now(),
  );
  return grants.map(({ credential, principal: before }) => {
    if (credential.kind === "none") return { principal: before, credential };
    if (credential.kind !== "session") {
      return others.has(credentialKey(credential)) ? { principal: before, credential } : null;
    }
    const user = users.get(credential.id);
    const current = user && withHookClaim(user, before.claims?.[HOOK_CLAIM]);
    const principal = current && inGrantedWorkspace(current, before.workspaceId);
    return principal ? { principal, credential } : null;
  });
}

/** The error for a subscriber whose grant has ended. */
export function refusalOf({ credential }: Grant): PlinthError {
  return new PlinthError(credential.kind === "key" ? "INVALID_API_KEY" : "INVALID_TOKEN");
}

function idsOf(credentials: readonly Credential[], kind: "session" | "issuer"): string[] {
  return [...new Set(credentials.flatMap((one) => (one.kind === kind ? [one.id] : [])))];
}

function secretsIn(credentials: readonly Credential[]): KeySecret[] {
  return credentials.flatMap((one) => (one.kind === "key" ? [{ id: one.id, version: one.version }] : []));
}
