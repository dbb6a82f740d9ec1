import { PlinthError, type Principal, type SqlDriver } from "@plinth/core";
import { system, systemDatabase } from "@plinth/db";
import { and, eq, gt, inArray, isNull, or } from "drizzle-orm";
import type { Credentials } from "../identity/credentials.ts";
import { userPrincipal } from "../identity/session-identity.ts";
import type { Scope } from "../kernel/engine.ts";

/** By what right somebody listens: looked at again and again for as long as they do. */
export type Credential =
  | { readonly kind: "none" }
  | { readonly kind: "session"; readonly id: string }
  | { readonly kind: "key"; readonly id: string };

export interface Grant {
  readonly principal: Principal;
  readonly credential: Credential;
}

/** The grant behind a request whose principal is known. */
export async function grantOf(scope: Scope, { bearer, cookie }: Credentials): Promise<Grant> {
  const { principal, driver } = scope;
  if (principal.kind === "key") return { principal, credential: { kind: "key", id: principal.id! } };
  if (principal.kind !== "user") return { principal, credential: { kind: "none" } };
  const token = (bearer ?? cookie ?? "").split(".")[0]!;
  const [session] = await systemDatabase(driver)
    .select({ id: system.sessions.id })
    .from(system.sessions)
    .where(eq(system.sessions.token, token));
  if (!session) throw new PlinthError("INVALID_TOKEN");
  return { principal, credential: { kind: "session", id: session.id } };
}

/** Which of these credentials still hold, in a few statements however many there are. */
export async function living(driver: SqlDriver, credentials: readonly Credential[], now: number): Promise<Set<string>> {
  const database = systemDatabase(driver);
  const { sessions, apiKeys } = system;
  const at = new Date(now);
  const alive = new Set<string>();
  for (const ids of pieces(driver, idsOf(credentials, "session"))) {
    const rows = await database
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(inArray(sessions.id, ids), gt(sessions.expiresAt, at)));
    for (const { id } of rows) alive.add(id);
  }
  for (const ids of pieces(driver, idsOf(credentials, "key"))) {
    const unexpired = or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, at));
    const rows = await database
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(and(inArray(apiKeys.id, ids), isNull(apiKeys.revokedAt), unexpired));
    for (const { id } of rows) alive.add(id);
  }
  return alive;
}

/** Session id → the principal with the roles of now, for sessions that still hold. */
export async function currentUsers(
  driver: SqlDriver,
  sessionIds: readonly string[],
  now: number,
): Promise<Map<string, Principal>> {
  const database = systemDatabase(driver);
  const { sessions, users, userRoles } = system;
  const found = new Map<string, Principal>();
  for (const ids of pieces(driver, sessionIds)) {
    // No join: two columns of one name would be one in a driver's row.
    const held = await database
      .select({ id: sessions.id, userId: sessions.userId })
      .from(sessions)
      .where(and(inArray(sessions.id, ids), gt(sessions.expiresAt, new Date(now))));
    const userIds = [...new Set(held.map(({ userId }) => userId))];
    const accounts = await database
      .select({ id: users.id, workspaceId: users.workspaceId, email: users.email })
      .from(users)
      .where(inArray(users.id, userIds));
    const byId = new Map(accounts.map((account) => [account.id, account]));
    const assigned = await database.select().from(userRoles).where(inArray(userRoles.userId, userIds));
    const roles = Map.groupBy(assigned, ({ userId }) => userId);
    for (const { id, userId } of held) {
      const account = byId.get(userId);
      if (!account) continue;
      const names = (roles.get(userId) ?? []).filter((row) => row.workspaceId === account.workspaceId);
      found.set(
        id,
        userPrincipal(
          account,
          names.map(({ role }) => role),
        ),
      );
    }
  }
  return found;
}

/** The same right with the roles of now. Throws where it has ended. */
export async function renewGrant(driver: SqlDriver, grant: Grant, now: number): Promise<Grant> {
  const [renewed] = await renewGrants(driver, [grant], now);
  if (!renewed) throw refusalOf(grant);
  return renewed;
}

/** The same user where the grant is for: operators act in any workspace, others in their own. */
export function inGrantedWorkspace(principal: Principal, workspaceId: string): Principal | null {
  if (principal.workspaceId === workspaceId) return principal;
  return principal.operator ? { ...principal, workspaceId, bypass: true } : null;
}

/** The same grants with the rights of now, in their order; null for those that hold no longer. */
export async function renewGrants(driver: SqlDriver, grants: readonly Grant[], now: number): Promise<(Grant | null)[]> {
  const credentials = grants.map(({ credential }) => credential);
  const users = await currentUsers(driver, idsOf(credentials, "session"), now);
  const keys = await living(
    driver,
    credentials.filter(({ kind }) => kind === "key"),
    now,
  );
  return grants.map(({ credential, principal: before }) => {
    if (credential.kind === "none") return { principal: before, credential };
    if (credential.kind === "key") return keys.has(credential.id) ? { principal: before, credential } : null;
    const user = users.get(credential.id);
    const principal = user && inGrantedWorkspace(user, before.workspaceId);
    return principal ? { principal, credential } : null;
  });
}

/** What to tell whoever held it. */
export function refusalOf({ credential }: Grant): PlinthError {
  return new PlinthError(credential.kind === "key" ? "INVALID_API_KEY" : "INVALID_TOKEN");
}

function idsOf(credentials: readonly Credential[], kind: "session" | "key"): string[] {
  return [...new Set(credentials.flatMap((one) => (one.kind === kind ? [one.id] : [])))];
}

const MAX_PIECE = 1000;

function* pieces(driver: SqlDriver, ids: readonly string[]): Generator<string[]> {
  const size = Math.min(MAX_PIECE, driver.capabilities.maxParameters - 10);
  for (let i = 0; i < ids.length; i += size) yield ids.slice(i, i + size);
}
