import { type SqlDriver, type SqlQuery, sha256Hex } from "@plinth/core";
import { and, eq } from "drizzle-orm";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { systemDatabase, toQuery } from "../system/database.ts";
import { devices, users } from "../system/schema.ts";

/** Of one account. Whoever knows its password can collect them, and each has attempts of its own. */
const MOST = 20;

interface AccountAddress {
  readonly workspaceId: string;
  /** In lower case. */
  readonly email: string;
}

/** Whether the browser whose cookie holds this has signed in to the account, and has not been forgotten. */
export async function isDeviceOf(
  driver: SqlDriver,
  { workspaceId, email }: AccountAddress,
  secret: string,
): Promise<boolean> {
  const owner = and(eq(users.workspaceId, workspaceId), eq(users.email, email));
  const found = await systemDatabase(driver)
    .select({ id: devices.id })
    .from(devices)
    .innerJoin(users, eq(users.id, devices.userId))
    .where(and(eq(devices.id, await sha256Hex(secret)), owner));
  return found.length > 0;
}

/** The oldest are forgotten beyond a number. */
export async function insertDeviceQueries(
  driver: SqlDriver,
  { workspaceId, email }: AccountAddress,
  { secret, now }: { readonly secret: string; readonly now: number },
): Promise<SqlQuery[]> {
  const dialect = dialectOf(driver);
  const owner = "select id from plinth_users where workspace_id = ?1 and email = ?2";
  const insert = `insert into plinth_devices (id, user_id, created_at)
    select ?3, id, cast(?4 as bigint) from plinth_users where workspace_id = ?1 and email = ?2`;
  const prune = `delete from plinth_devices where user_id in (${owner}) and id not in
    (select id from plinth_devices where user_id in (${owner}) order by created_at desc, id limit ${MOST})`;
  return [
    numbered(dialect, insert, [workspaceId, email, await sha256Hex(secret), now]),
    numbered(dialect, prune, [workspaceId, email]),
  ];
}

/** Its browsers are as any other from now on. */
export function deleteDevicesOf(driver: SqlDriver, userId: string): SqlQuery {
  return toQuery(systemDatabase(driver).delete(devices).where(eq(devices.userId, userId)));
}
