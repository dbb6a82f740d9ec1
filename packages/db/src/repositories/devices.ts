import { type SqlDriver, type SqlQuery, sha256Hex } from "@plinth/core";
import { and, asc, desc, eq, inArray, ne, notInArray, type SQL } from "drizzle-orm";
import { systemDatabase, toQuery } from "../system/database.ts";
import { devices, users } from "../system/schema.ts";

/** Of one account. Whoever knows its password can collect them, and each has attempts of its own. */
const MOST = 20;

/** How a request names an account of a pool. */
export interface AccountContact {
  readonly workspaceId: string;
  /** An email address in lower case, or a phone number in the form of E.164. */
  readonly contact: string;
}

/** The condition that a user is the one with the contact. */
export function hasContact({ workspaceId, contact }: AccountContact): SQL {
  const column = contact.includes("@") ? users.email : users.phone;
  return and(eq(users.workspaceId, workspaceId), eq(column, contact))!;
}

/** The first of what a browser's cookie holds that says that it has signed in to the account, and has not been forgotten. */
export function findDeviceOf(
  driver: SqlDriver,
  account: AccountContact,
  secrets: readonly string[],
): Promise<string | undefined> {
  return firstKnown(driver, secrets, hasContact(account));
}

/** The same of a user. */
export function findDeviceOfUser(
  driver: SqlDriver,
  userId: string,
  secrets: readonly string[],
): Promise<string | undefined> {
  return firstKnown(driver, secrets, eq(users.id, userId));
}

async function firstKnown(driver: SqlDriver, secrets: readonly string[], whose: SQL): Promise<string | undefined> {
  if (secrets.length === 0) return undefined;
  const ids = await Promise.all(secrets.map(sha256Hex));
  const found = await systemDatabase(driver)
    .select({ id: devices.id })
    .from(devices)
    .innerJoin(users, eq(users.id, devices.userId))
    .where(and(inArray(devices.id, ids), whose));
  return secrets.find((_, n) => found.some(({ id }) => id === ids[n]));
}

/** When browsers were remembered that have signed in to the account, the oldest first. */
export async function listDeviceTimes(driver: SqlDriver, userId: string): Promise<Date[]> {
  const { createdAt } = devices;
  const rows = await systemDatabase(driver)
    .select({ createdAt })
    .from(devices)
    .where(eq(devices.userId, userId))
    .orderBy(asc(createdAt));
  return rows.map((row) => row.createdAt);
}

/** The oldest are forgotten beyond a number. */
export async function insertDeviceQueries(
  driver: SqlDriver,
  { userId, secret, now }: { readonly userId: string; readonly secret: string; readonly now: number },
): Promise<SqlQuery[]> {
  const database = systemDatabase(driver);
  const row = { id: await sha256Hex(secret), userId, createdAt: new Date(now) };
  const own = eq(devices.userId, userId);
  const kept = database
    .select({ id: devices.id })
    .from(devices)
    .where(own)
    .orderBy(desc(devices.createdAt), devices.id)
    .limit(MOST);
  return [
    toQuery(database.insert(devices).values(row)),
    toQuery(database.delete(devices).where(and(own, notInArray(devices.id, kept)))),
  ];
}

/** Its browsers, or all but one, are as any other from now on. */
export function deleteDevicesOf(driver: SqlDriver, userId: string, exceptId?: string): SqlQuery {
  const others = exceptId === undefined ? undefined : ne(devices.id, exceptId);
  return toQuery(
    systemDatabase(driver)
      .delete(devices)
      .where(and(eq(devices.userId, userId), others)),
  );
}
