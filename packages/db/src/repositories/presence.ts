import type { SqlDriver, SqlQuery, SqlValue } from "@plinth/core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";

/** Who is present: a row for each connection, valid until a time that its connection keeps extending. */
export interface PresenceRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly member: string;
}

export interface PresentMember {
  readonly member: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly connections: number;
}

/** Ids that one statement takes, beside a few other parameters, on every engine. */
const IDS_AT_ONCE = 80;

export async function insertPresence(driver: SqlDriver, row: PresenceRow, since: number, until: number): Promise<void> {
  const { id, workspaceId, name, member } = row;
  await run(
    driver,
    "insert into plinth_presence (id, workspace_id, name, member, since, until) values (?1, ?2, ?3, ?4, ?5, ?6)",
    [id, workspaceId, name, member, since, until],
  );
}

/** Changes the id of the row `before`, where it is the same member's and still valid; false otherwise. */
export async function takeOverPresence(
  driver: SqlDriver,
  row: PresenceRow,
  before: string,
  { now, until }: { now: number; until: number },
): Promise<boolean> {
  const { id, workspaceId, name, member } = row;
  const { changes } = await run(
    driver,
    `update plinth_presence set id = ?1, until = ?2
        where id = ?3 and workspace_id = ?4 and name = ?5 and member = ?6 and until > ?7`,
    [id, until, before, workspaceId, name, member, now],
  );
  return changes > 0;
}

export async function keepPresence(driver: SqlDriver, id: string, until: number): Promise<void> {
  await run(driver, "update plinth_presence set until = ?1 where id = ?2", [until, id]);
}

export async function renewPresence(driver: SqlDriver, ids: readonly string[], until: number): Promise<void> {
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const piece = ids.slice(from, from + IDS_AT_ONCE);
    const list = piece.map((_, i) => `?${i + 2}`).join(", ");
    await run(driver, `update plinth_presence set until = ?1 where id in (${list})`, [until, ...piece]);
  }
}

export async function deletePresence(driver: SqlDriver, id: string): Promise<void> {
  await run(driver, "delete from plinth_presence where id = ?1", [id]);
}

/** `latest`: no valid row lasts longer. One that does was written before the clock was set back. */
export async function deleteExpiredPresence(driver: SqlDriver, now: number, latest: number): Promise<void> {
  await run(driver, "delete from plinth_presence where until < ?1 or until > ?2", [now, latest]);
}

export async function listPresent(
  driver: SqlDriver,
  workspaceId: string,
  name: string,
  now: number,
): Promise<PresentMember[]> {
  const { rows } = await run(
    driver,
    `select member, min(since) as since, count(*) as connections from plinth_presence
        where workspace_id = ?1 and name = ?2 and until > ?3 group by member order by member`,
    [workspaceId, name, now],
  );
  return rows.map((row) => ({
    member: row.member as string,
    since: Number(row.since),
    connections: Number(row.connections),
  }));
}

function run(driver: SqlDriver, sql: string, params: SqlValue[]) {
  const query: SqlQuery = numbered(dialectOf(driver), sql, params);
  return driver.run(query);
}
