import { PLACEHOLDER_ENDING, placeholderAddress, type SqlDriver, type SqlQuery } from "@plinth/core";
import { and, asc, eq, gt, inArray, isNotNull, isNull, notLike, or, type SQL, sql } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { mustFind, mustNotFind } from "../system/guard.ts";
import { accounts, operators, userRoles, users } from "../system/schema.ts";
import { findOperators } from "./operators.ts";
import { pieces } from "./pieces.ts";

export type UserRow = typeof users.$inferSelect;

/** A user's rights, independent of rules. */
export interface UserRights {
  readonly roles: string[];
  readonly operator: boolean;
}

export async function findUser(driver: SqlDriver, workspaceId: string, id: string): Promise<UserRow | undefined> {
  const [user] = await systemDatabase(driver)
    .select()
    .from(users)
    .where(and(eq(users.id, id), eq(users.workspaceId, workspaceId)));
  return user;
}

/** What a user's own requests show of it, beside what is known of every caller. */
export async function findUserNames(
  driver: SqlDriver,
  id: string,
): Promise<Pick<UserRow, "name" | "phone"> | undefined> {
  const { name, phone } = users;
  const [row] = await systemDatabase(driver).select({ name, phone }).from(users).where(eq(users.id, id));
  return row;
}

/** What lists of other things call these users, whichever pool they are of. */
export async function findUserTitles(
  driver: SqlDriver,
  ids: readonly string[],
): Promise<Pick<UserRow, "id" | "workspaceId" | "name" | "email">[]> {
  const { id, workspaceId, name, email } = users;
  const found = [...pieces(driver, ids)].map((piece) =>
    systemDatabase(driver).select({ id, workspaceId, name, email }).from(users).where(inArray(id, piece)),
  );
  return (await Promise.all(found)).flat();
}

export interface UserFilter {
  /** The whole address, in lower case. */
  readonly email?: string | undefined;
  /** The whole number, in the form of E.164. */
  readonly phone?: string | undefined;
  /** A part of the address or of the name, whatever its case. */
  readonly search?: string | undefined;
  /** Users with this role. */
  readonly role?: string | undefined;
  readonly blocked?: boolean | undefined;
  readonly anonymous?: boolean | undefined;
}

/** Where a page of users begins: after the user with an id, or after some number of them. */
export interface UserPage {
  readonly limit: number;
  readonly offset?: number | undefined;
  readonly after?: string | undefined;
}

/** A page of users with their rights, oldest first: ids are in the order of time, and have an index. */
export async function listUserRows(
  driver: SqlDriver,
  workspaceId: string,
  { limit, offset = 0, after }: UserPage,
  filter: UserFilter = {},
): Promise<(UserRow & UserRights)[]> {
  const database = systemDatabase(driver);
  const later = after === undefined ? undefined : gt(users.id, after);
  const rows = await database
    .select()
    .from(users)
    .where(and(eq(users.workspaceId, workspaceId), matches(filter), ofKind(driver, workspaceId, filter), later))
    .orderBy(asc(users.id))
    .limit(limit)
    .offset(offset);
  const assigned: (typeof userRoles.$inferSelect)[] = [];
  const running = new Set<string>();
  for (const ids of pieces(
    driver,
    rows.map(({ id }) => id),
  )) {
    const own = and(eq(userRoles.workspaceId, workspaceId), inArray(userRoles.userId, ids));
    assigned.push(...(await database.select().from(userRoles).where(own).orderBy(asc(userRoles.role))));
    for (const id of await findOperators(driver, ids)) running.add(id);
  }
  const rolesOf = Map.groupBy(assigned, ({ userId }) => userId);
  return rows.map((row) => ({
    ...row,
    roles: (rolesOf.get(row.id) ?? []).map(({ role }) => role),
    operator: running.has(row.id),
  }));
}

function matches({ email, phone, search }: UserFilter): SQL | undefined {
  const exact = and(
    email === undefined ? undefined : hasAddress(email),
    phone === undefined ? undefined : eq(users.phone, phone),
  );
  if (search === undefined) return exact;
  // Both sides by the engine's own idea of case. Not by a pattern: D1 compares with at most 50 bytes.
  const part = (column: typeof users.email | typeof users.name) =>
    sql`lower(${column}) <> replace(lower(${column}), lower(cast(${search} as text)), '')`;
  return and(exact, or(and(part(users.email), notLike(users.email, `%${PLACEHOLDER_ENDING}`)), part(users.name)));
}

function ofKind(driver: SqlDriver, workspaceId: string, { role, blocked, anonymous }: UserFilter): SQL | undefined {
  const { userId } = userRoles;
  const holders = () =>
    systemDatabase(driver)
      .select({ userId })
      .from(userRoles)
      .where(and(eq(userRoles.workspaceId, workspaceId), eq(userRoles.role, role!)));
  return and(
    role === undefined ? undefined : inArray(users.id, holders()),
    blocked === undefined ? undefined : (blocked ? isNotNull : isNull)(users.blockedAt),
    anonymous === undefined
      ? undefined
      : anonymous
        ? eq(users.isAnonymous, true)
        : or(isNull(users.isAnonymous), eq(users.isAnonymous, false)),
  );
}

/** Nobody has a placeholder as an address. */
function hasAddress(email: string): SQL | undefined {
  return and(eq(users.email, email), notLike(users.email, `%${PLACEHOLDER_ENDING}`));
}

export async function findUserByEmail(
  driver: SqlDriver,
  workspaceId: string,
  email: string,
): Promise<UserRow | undefined> {
  const [user] = await systemDatabase(driver)
    .select()
    .from(users)
    .where(and(hasAddress(email), eq(users.workspaceId, workspaceId)));
  return user;
}

export function insertUser(driver: SqlDriver, row: typeof users.$inferInsert): SqlQuery {
  return toQuery(
    systemDatabase(driver)
      .insert(users)
      .values({ ...row, email: row.email ?? placeholderAddress(row.id) }),
  );
}

/** Changes what a profile shows. The batch fails with a guard where there is no such user. */
export function updateUserQueries(
  driver: SqlDriver,
  { id, workspaceId, name, image, updatedAt }: Pick<UserRow, "id" | "workspaceId" | "name" | "image" | "updatedAt">,
): SqlQuery[] {
  const it = and(eq(users.id, id), eq(users.workspaceId, workspaceId));
  const database = systemDatabase(driver);
  return [
    toQuery(database.update(users).set({ name, image, updatedAt }).where(it)),
    mustFind(driver, "user", database.select({ id: users.id }).from(users).where(it)),
  ];
}

/** The methods by which a user can sign in, without their secrets. */
export async function listAccountRows(driver: SqlDriver, userId: string) {
  const { id, providerId, accountId, scope, createdAt, updatedAt } = accounts;
  return systemDatabase(driver)
    .select({ id, providerId, accountId, scope, createdAt, updatedAt })
    .from(accounts)
    .where(eq(accounts.userId, userId))
    .orderBy(asc(accounts.createdAt), asc(accounts.id));
}

/** How a password is stored: as the account of the provider `credential` whose id is the user's. */
export function insertPassword(
  driver: SqlDriver,
  { id, workspaceId, userId, hash, at }: { id: string; workspaceId: string; userId: string; hash: string; at: Date },
): SqlQuery {
  const row = { id, workspaceId, userId, accountId: userId, providerId: "credential", password: hash };
  return toQuery(
    systemDatabase(driver)
      .insert(accounts)
      .values({ ...row, createdAt: at, updatedAt: at }),
  );
}

/** Each hash has a salt of its own, so it names one account. Does nothing where the password was changed meanwhile. */
export function replacePasswordHash(
  driver: SqlDriver,
  { workspaceId, hash, by }: { workspaceId: string; hash: string; by: string },
): SqlQuery {
  const it = and(eq(accounts.workspaceId, workspaceId), eq(accounts.password, hash));
  return toQuery(systemDatabase(driver).update(accounts).set({ password: by }).where(it));
}

/** Batches that begin with it run one after another, of one user: a write of the row as it is. */
export function lockUser(driver: SqlDriver, id: string): SqlQuery {
  return toQuery(systemDatabase(driver).update(users).set({ name: users.name }).where(eq(users.id, id)));
}

/**
 * For the batch that relies on a password: it fails under the label where the account has another hash by now. The update makes a
 * change of the password that comes at the same time wait, so that it then ends what this batch has made.
 */
export function mustHavePassword(
  driver: SqlDriver,
  { userId, hash }: { userId: string; hash: string },
  label: string,
): SqlQuery[] {
  const it = and(eq(accounts.userId, userId), eq(accounts.password, hash));
  const database = systemDatabase(driver);
  return [
    toQuery(database.update(accounts).set({ password: accounts.password }).where(it)),
    mustFind(driver, label, database.select({ id: accounts.id }).from(accounts).where(it)),
  ];
}

/** Blocks a user, or lifts the block. The batch fails with a guard where there is no such user, or it is being deleted. */
export function setBlockedQueries(driver: SqlDriver, workspaceId: string, id: string, at: Date | null): SqlQuery[] {
  const it = and(eq(users.id, id), eq(users.workspaceId, workspaceId), isNull(users.removal));
  const database = systemDatabase(driver);
  return [
    toQuery(database.update(users).set({ blockedAt: at }).where(it)),
    mustFind(driver, "user", database.select({ id: users.id }).from(users).where(it)),
  ];
}

/**
 * For the batch that stores a session: it fails under the label where the user is blocked. The update makes a block that
 * comes at the same time wait, so that it then ends this session too.
 */
export function mustNotBeBlocked(driver: SqlDriver, userId: string, label: string): SqlQuery[] {
  const it = and(eq(users.id, userId), isNull(users.blockedAt));
  const database = systemDatabase(driver);
  return [
    toQuery(database.update(users).set({ name: users.name }).where(it)),
    mustFind(driver, label, database.select({ id: users.id }).from(users).where(it)),
  ];
}

/** Fails its batch under the label where the user has the role. */
export function mustLackRole(
  driver: SqlDriver,
  { workspaceId, userId, role }: { readonly workspaceId: string; readonly userId: string; readonly role: string },
  label: string,
): SqlQuery {
  const it = and(eq(userRoles.workspaceId, workspaceId), eq(userRoles.userId, userId), eq(userRoles.role, role));
  return mustNotFind(driver, label, systemDatabase(driver).select({ role: userRoles.role }).from(userRoles).where(it));
}

/** Fails its batch under the label where the account has another address by now, or has not confirmed it. */
export function mustHaveConfirmed(
  driver: SqlDriver,
  { id, email }: { readonly id: string; readonly email: string | null },
  label: string,
): SqlQuery {
  const it = and(eq(users.id, id), eq(users.email, email ?? ""), eq(users.emailVerified, true));
  return mustFind(driver, label, systemDatabase(driver).select({ id: users.id }).from(users).where(it));
}

/** One statement, because requests wait for it: a row without a role means that the user owns the server. */
export async function findUserRights(driver: SqlDriver, workspaceId: string, userId: string): Promise<UserRights> {
  const database = systemDatabase(driver);
  const isRunning = database
    .select({ role: sql<string | null>`null` })
    .from(operators)
    .where(and(eq(operators.userId, userId), eq(operators.role, "owner")));
  const rows = await database
    .select({ role: sql<string | null>`${userRoles.role}` })
    .from(userRoles)
    .where(isAssignment(workspaceId, userId))
    .unionAll(isRunning);
  const roles = rows.flatMap(({ role }) => role ?? []);
  return { roles, operator: roles.length < rows.length };
}

export function replaceAssignedRoles(
  driver: SqlDriver,
  workspaceId: string,
  userId: string,
  roles: readonly string[],
): SqlQuery[] {
  const database = systemDatabase(driver);
  return [
    toQuery(database.delete(userRoles).where(isAssignment(workspaceId, userId))),
    ...roles.map((role) => toQuery(database.insert(userRoles).values({ workspaceId, userId, role }))),
  ];
}

function isAssignment(workspaceId: string, userId: string) {
  return and(eq(userRoles.workspaceId, workspaceId), eq(userRoles.userId, userId));
}
