import { PlinthError, type Principal, type SqlDriver } from "@plinth/core";
import { findLivingSecrets, findLivingSessions, findSessionId, findSessionUsers, type KeySecret } from "@plinth/db";
import { organizationsOfAll } from "../identity/memberships.ts";
import { userPrincipal } from "../identity/session-identity.ts";
import type { RequestContext } from "../kernel/engine.ts";

/** What authorizes a subscription. It is checked again and again while the subscription lasts. */
export type Credential =
  | { readonly kind: "none" }
  | { readonly kind: "session"; readonly id: string }
  /** With the version of the secret that was used: it may end before the key does. */
  | { readonly kind: "key"; readonly id: string; readonly version: number };

export interface Grant {
  readonly principal: Principal;
  readonly credential: Credential;
}

/** The grant of a request whose principal is known. */
export async function grantOf(ctx: RequestContext): Promise<Grant> {
  const { principal, driver, client } = ctx;
  if (principal.kind === "key") {
    return { principal, credential: { kind: "key", id: principal.id!, version: principal.secretVersion! } };
  }
  if (principal.kind !== "user") return { principal, credential: { kind: "none" } };
  const token = client?.sessionToken;
  const id = token && (await findSessionId(driver, token));
  if (!id) throw new PlinthError("INVALID_TOKEN");
  return { principal, credential: { kind: "session", id } };
}

/** Which of these credentials are still valid, in a few statements for any number of them; by `credentialKey`. */
export async function validCredentials(
  driver: SqlDriver,
  credentials: readonly Credential[],
  now: number,
): Promise<Set<string>> {
  const sessions = await findLivingSessions(driver, sessionIds(credentials), now);
  const keys = await findLivingSecrets(driver, secretsIn(credentials), now);
  return new Set([...sessions, ...keys.map((secret) => credentialKey({ kind: "key", ...secret }))]);
}

/** Equal for equal credentials. */
export function credentialKey(credential: Exclude<Credential, { kind: "none" }>): string {
  return credential.kind === "key" ? `${credential.id}.${credential.version}` : credential.id;
}

/** Session id → the principal with its current roles, for sessions that are still valid. */
export async function currentUsers(
  driver: SqlDriver,
  sessionIds: readonly string[],
  now: number,
): Promise<Map<string, Principal>> {
  const found = await findSessionUsers(driver, sessionIds, now);
  const organizations = await organizationsOfAll(driver, found);
  return new Map(
    found.map((user) => [user.sessionId, { ...userPrincipal(user, user), ...organizations.get(user.sessionId) }]),
  );
}

/** The same grant with current roles. Throws if it is no longer valid. */
export async function renewGrant(driver: SqlDriver, grant: Grant, now: number): Promise<Grant> {
  const [renewed] = await renewGrants(driver, [grant], now);
  if (!renewed) throw refusalOf(grant);
  return renewed;
}

/** The same user in the grant's workspace: operators may act in any workspace, others only in their own. */
export function inGrantedWorkspace(principal: Principal, workspaceId: string): Principal | null {
  if (principal.workspaceId === workspaceId) return principal;
  return principal.operator ? { ...principal, workspaceId, bypass: true } : null;
}

/** The same grants with current rights, in order. Null: no longer valid. */
export async function renewGrants(driver: SqlDriver, grants: readonly Grant[], now: number): Promise<(Grant | null)[]> {
  const credentials = grants.map(({ credential }) => credential);
  const users = await currentUsers(driver, sessionIds(credentials), now);
  const keys = await validCredentials(
    driver,
    credentials.filter(({ kind }) => kind === "key"),
    now,
  );
  return grants.map(({ credential, principal: before }) => {
    if (credential.kind === "none") return { principal: before, credential };
    if (credential.kind === "key")
      return keys.has(credentialKey(credential)) ? { principal: before, credential } : null;
    const user = users.get(credential.id);
    const principal = user && inGrantedWorkspace(user, before.workspaceId);
    return principal ? { principal, credential } : null;
  });
}

/** The error for a subscriber whose grant has ended. */
export function refusalOf({ credential }: Grant): PlinthError {
  return new PlinthError(credential.kind === "key" ? "INVALID_API_KEY" : "INVALID_TOKEN");
}

function sessionIds(credentials: readonly Credential[]): string[] {
  return [...new Set(credentials.flatMap((one) => (one.kind === "session" ? [one.id] : [])))];
}

function secretsIn(credentials: readonly Credential[]): KeySecret[] {
  return credentials.flatMap((one) => (one.kind === "key" ? [{ id: one.id, version: one.version }] : []));
}
