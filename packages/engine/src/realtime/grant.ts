import { PlinthError, type Principal, type SqlDriver } from "@plinth/core";
import { findLivingKeys, findLivingSessions, findSessionUsers, findTrustedIssuers } from "@plinth/db";
import { tokenSettings } from "../identity/tokens/settings.ts";
import { sessionPrincipal } from "../identity/user-principal.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";

/** What authorizes a subscription. It is checked again and again while the subscription lasts. */
export type Credential =
  | { readonly kind: "none" }
  | { readonly kind: "session"; readonly id: string }
  | { readonly kind: "key"; readonly id: string }
  /** A token of an issuer with this id, which the workspace trusts. */
  | { readonly kind: "issuer"; readonly id: string; readonly until: number };

export interface Grant {
  readonly principal: Principal;
  readonly credential: Credential;
}

/** The grant of a request whose principal is known. */
export async function grantOf({ principal, driver, now }: RequestContext): Promise<Grant> {
  const { kind, id, issuer, sessionId } = principal;
  if (kind === "key") return { principal, credential: { kind: "key", id: id! } };
  if (kind !== "user") return { principal, credential: { kind: "none" } };
  if (issuer) return { principal, credential: { kind: "issuer", ...issuer } };
  // The caller may be known from a cache.
  const [living] = await findLivingSessions(driver, [sessionId!], now);
  if (living === undefined) throw new PlinthError("INVALID_TOKEN");
  return { principal, credential: { kind: "session", id: living } };
}

/** Which of these credentials are still valid, in a few statements for any number of them. */
export async function validCredentials(
  driver: SqlDriver,
  credentials: readonly Credential[],
  now: number,
): Promise<Set<string>> {
  const unexpired = credentials.filter((one) => one.kind !== "issuer" || now < one.until);
  return new Set([
    ...(await findLivingSessions(driver, idsOf(unexpired, "session"), now)),
    ...(await findLivingKeys(driver, idsOf(unexpired, "key"), now)),
    ...(await findTrustedIssuers(driver, idsOf(unexpired, "issuer"))),
  ]);
}

/** Session id → the principal with its current roles, for sessions that are still valid. */
export async function currentUsers(
  engine: Engine,
  driver: SqlDriver,
  sessionIds: readonly string[],
): Promise<Map<string, Principal>> {
  const found = await findSessionUsers(driver, sessionIds, engine.clock.now());
  const users = new Map<string, Principal>();
  for (const user of found) {
    users.set(user.sessionId, sessionPrincipal(user, await tokenSettings(engine, driver, user.workspaceId)));
  }
  return users;
}

/** The same grant with current roles. Throws if it is no longer valid. */
export async function renewGrant(engine: Engine, driver: SqlDriver, grant: Grant): Promise<Grant> {
  const [renewed] = await renewGrants(engine, driver, [grant]);
  if (!renewed) throw refusalOf(grant);
  return renewed;
}

/** The same user in the grant's workspace: operators may act in any workspace, others only in their own. */
export function inGrantedWorkspace(principal: Principal, workspaceId: string): Principal | null {
  if (principal.workspaceId === workspaceId) return principal;
  return principal.operator ? { ...principal, workspaceId, bypass: true } : null;
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
      // An issuer's keys may be used by two tokens, one of which has expired.
      const expired = credential.kind === "issuer" && credential.until <= engine.clock.now();
      return others.has(credential.id) && !expired ? { principal: before, credential } : null;
    }
    const user = users.get(credential.id);
    const principal = user && inGrantedWorkspace(user, before.workspaceId);
    return principal ? { principal, credential } : null;
  });
}

/** The error for a subscriber whose grant has ended. */
export function refusalOf({ credential }: Grant): PlinthError {
  return new PlinthError(credential.kind === "key" ? "INVALID_API_KEY" : "INVALID_TOKEN");
}

function idsOf(credentials: readonly Credential[], kind: "session" | "key" | "issuer"): string[] {
  return [...new Set(credentials.flatMap((one) => (one.kind === kind ? [one.id] : [])))];
}
