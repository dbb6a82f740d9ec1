import type { OperatorRights, SqlDriver, SqlQuery } from "@plinth/core";
import { and, desc, eq, gt, inArray, isNull, lte, ne, notInArray, or, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind } from "../system/guard.ts";
import { sessions, userRoles, users } from "../system/schema.ts";
import { type AccountContact, deleteDevicesOf, hasContact } from "./devices.ts";
import { findOperatorRights } from "./members.ts";
import { pieces } from "./pieces.ts";
import { deletePendingSignIns } from "./user-removal.ts";

/** Of one account, from how many of its sessions addresses are known. */
const MAX_ADDRESSES = 50;

export type SessionRow = typeof sessions.$inferSelect;

export function insertSession(driver: SqlDriver, row: SessionRow): SqlQuery {
  return toQuery(systemDatabase(driver).insert(sessions).values(row));
}

/** The session's user, with the current roles. */
export interface SessionUser {
  readonly sessionId: string;
  readonly id: string;
  readonly workspaceId: string;
  /** Null: the user has none. */
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly roles: string[];
  /** Of an account of the operators' pool that counts. */
  readonly operator?: OperatorRights | undefined;
  /** How the user proved to be the owner, separated by spaces. */
  readonly methods: string | null;
  /** The operator who acts as the user. */
  readonly impersonator?: string | undefined;
  /** The user has no sign-in method of its own. */
  readonly isAnonymous?: boolean | null;
  /** The organization that the session has chosen. */
  readonly activeOrganization?: string | null;
}

/** The pool of accounts to which a session belongs. */
export async function findSessionPool(driver: SqlDriver, token: string): Promise<string | undefined> {
  const [session] = await systemDatabase(driver)
    .select({ workspaceId: sessions.workspaceId })
    .from(sessions)
    .where(eq(sessions.token, token));
  return session?.workspaceId;
}

/** A session that has not ended. */
export async function findSession(driver: SqlDriver, id: string, now: number): Promise<SessionRow | undefined> {
  const [session] = await systemDatabase(driver)
    .select()
    .from(sessions)
    .where(and(eq(sessions.id, id), gt(sessions.expiresAt, new Date(now))));
  return session;
}

/** When the user of a session last proved to be the owner. */
export async function findProofTime(driver: SqlDriver, sessionId: string): Promise<number | undefined> {
  const [session] = await systemDatabase(driver)
    .select({ at: sessions.authenticatedAt, createdAt: sessions.createdAt })
    .from(sessions)
    .where(eq(sessions.id, sessionId));
  return session && (session.at ?? session.createdAt.getTime());
}

/** The users of the sessions that are still valid, in a few statements however many there are. */
export async function findSessionUsers(
  driver: SqlDriver,
  sessionIds: readonly string[],
  now: number,
): Promise<SessionUser[]> {
  const database = systemDatabase(driver);
  const found: SessionUser[] = [];
  for (const ids of pieces(driver, sessionIds)) {
    // No join: two columns with the same name would become one in a driver's row.
    const held = await database
      .select({
        id: sessions.id,
        userId: sessions.userId,
        methods: sessions.methods,
        impersonatedBy: sessions.impersonatedBy,
        activeOrganization: sessions.activeOrganization,
      })
      .from(sessions)
      .where(and(inArray(sessions.id, ids), gt(sessions.expiresAt, new Date(now))));
    const userIds = [...new Set(held.map(({ userId }) => userId))];
    const accounts = await database
      .select({
        id: users.id,
        workspaceId: users.workspaceId,
        email: users.email,
        emailVerified: users.emailVerified,
        isAnonymous: users.isAnonymous,
      })
      .from(users)
      .where(inArray(users.id, userIds));
    const byId = new Map(accounts.map((account) => [account.id, account]));
    const assigned = await database.select().from(userRoles).where(inArray(userRoles.userId, userIds));
    const operators = await findOperatorRights(driver, userIds);
    const rolesOf = Map.groupBy(assigned, ({ userId }) => userId);
    for (const { id: sessionId, userId, methods, impersonatedBy, activeOrganization } of held) {
      const account = byId.get(userId);
      if (!account) continue;
      const own = (rolesOf.get(userId) ?? []).filter((row) => row.workspaceId === account.workspaceId);
      const impersonator = impersonatedBy ?? undefined;
      const rights = { roles: own.map(({ role }) => role), operator: operators.get(userId) };
      found.push({ sessionId, ...account, ...rights, methods, impersonator, activeOrganization });
    }
  }
  return found;
}

/** Which of these sessions have not ended. */
export async function findLivingSessions(driver: SqlDriver, ids: readonly string[], now: number): Promise<string[]> {
  const living: string[] = [];
  for (const piece of pieces(driver, ids)) {
    const rows = await systemDatabase(driver)
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(inArray(sessions.id, piece), gt(sessions.expiresAt, new Date(now))));
    living.push(...rows.map(({ id }) => id));
  }
  return living;
}

/** A user's sessions that have not ended, the newest first. */
export async function listSessionRows(driver: SqlDriver, userId: string, now: number): Promise<SessionRow[]> {
  return systemDatabase(driver)
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, new Date(now))))
    .orderBy(desc(sessions.createdAt), desc(sessions.id));
}

/**
 * The addresses of sessions that the user with this email address began and that have not ended, the newest first. Those of
 * an operator who acts as the user are none of the user's.
 */
export async function listSessionAddresses(
  driver: SqlDriver,
  { now, ...account }: AccountContact & { readonly now: number },
): Promise<string[]> {
  const database = systemDatabase(driver);
  const owner = database.select({ id: users.id }).from(users).where(hasContact(account));
  const rows = await database
    .select({ address: sessions.ipAddress })
    .from(sessions)
    .where(and(inArray(sessions.userId, owner), gt(sessions.expiresAt, new Date(now)), isNull(sessions.impersonatedBy)))
    .orderBy(desc(sessions.createdAt))
    .limit(MAX_ADDRESSES);
  return rows.flatMap(({ address }) => address ?? []);
}

/** Ends one session of a user. The batch fails with a guard where the user has none with this id. */
export function deleteSessionQueries(driver: SqlDriver, userId: string, id: string): SqlQuery[] {
  const it = and(eq(sessions.id, id), eq(sessions.userId, userId));
  const database = systemDatabase(driver);
  return [
    mustFind(driver, "session", database.select({ id: sessions.id }).from(sessions).where(it)),
    toQuery(database.delete(sessions).where(it)),
  ];
}

/** Who stays where a user is signed out elsewhere. */
interface Staying {
  readonly sessionId: string | undefined;
  /** The id of the known browser's row. */
  readonly deviceId: string | undefined;
}

/** Signs a user out everywhere, or everywhere but in one session; no other browser is known, and none trusted, any more. */
export function signOutQueries(driver: SqlDriver, userId: string, staying?: Staying): SqlQuery[] {
  const others = staying?.sessionId === undefined ? undefined : ne(sessions.id, staying.sessionId);
  // Also those in which an operator acts as somebody else.
  const own = or(eq(sessions.userId, userId), eq(sessions.impersonatedBy, userId));
  return [
    toQuery(systemDatabase(driver).delete(sessions).where(and(own, others))),
    ...forgetBrowsersOf(driver, userId, staying?.deviceId),
  ];
}

/** No browser but one has attempts of its own, none signs in without a code any more, and no sign-in goes on. */
export function forgetBrowsersOf(driver: SqlDriver, userId: string, exceptId?: string): SqlQuery[] {
  return [deleteDevicesOf(driver, userId, exceptId), deletePendingSignIns(driver, userId)];
}

/** Ends those of a user's sessions that were not used for longest, so that this many are left. */
export function endUnusedSessions(driver: SqlDriver, userId: string, most: number): SqlQuery {
  const database = systemDatabase(driver);
  const kept = database
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.userId, userId))
    .orderBy(desc(sessions.updatedAt), desc(sessions.createdAt), desc(sessions.id))
    .limit(most);
  return toQuery(database.delete(sessions).where(and(eq(sessions.userId, userId), notInArray(sessions.id, kept))));
}

/** Ends the sessions of a workspace in which an operator acts as its users. */
export function endImpersonations(driver: SqlDriver, workspaceId: string, operatorId: string): SqlQuery {
  const own = and(eq(sessions.workspaceId, workspaceId), eq(sessions.impersonatedBy, operatorId));
  return toQuery(systemDatabase(driver).delete(sessions).where(own));
}

/**
 * No session of a workspace lasts longer than this after its sign-in. Those that are older are deleted, which all servers
 * notice: their access tokens and streams end too.
 */
export function shortenSessions(driver: SqlDriver, workspaceId: string, maxMs: number, now: number): SqlQuery[] {
  const database = systemDatabase(driver);
  const end = sql`${sessions.createdAt} + ${sql.raw(String(Math.floor(maxMs)))}`;
  const own = eq(sessions.workspaceId, workspaceId);
  return [
    toQuery(
      database
        .update(sessions)
        .set({ expiresAt: end })
        .where(and(own, sql`${sessions.expiresAt} > ${end}`)),
    ),
    toQuery(database.delete(sessions).where(and(own, lte(sessions.expiresAt, new Date(now))))),
  ];
}

/**
 * Deletes sessions that ended before a time, with their refresh tokens, at most `most`; true: there may be more. Those of
 * anonymous users say when their user was last there, and are deleted with the user.
 */
export async function deleteEndedSessions(driver: SqlDriver, before: Date, most: number): Promise<boolean> {
  const database = systemDatabase(driver);
  const anonymous = database.select({ id: users.id }).from(users).where(eq(users.isAnonymous, true));
  const ended = lte(sessions.expiresAt, before);
  const rows = await database
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(ended, notInArray(sessions.userId, anonymous)))
    .limit(most);
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) await driver.run(toQuery(database.delete(sessions).where(and(inArray(sessions.id, ids), ended))));
  return ids.length === most;
}

/** Ends a session, no matter whose it is. */
export function deleteSessionById(driver: SqlDriver, id: string): SqlQuery {
  return toQuery(systemDatabase(driver).delete(sessions).where(eq(sessions.id, id)));
}
