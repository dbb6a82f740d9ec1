import type { LogPosition, SqlDriver, SqlQuery, SqlValue } from "@plinth/core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { takeTurn } from "../system/guard.ts";
import { type PositionParts, parsePosition } from "./position.ts";

/** Durable cursors of named consumers. One reader at a time has the lease. Leases use the database's clock. */
export interface ConsumerLease {
  readonly workspaceId: string;
  readonly name: string;
  /** The lease holder: unique among all readers. */
  readonly holder: string;
  readonly leaseMs: number;
}

function query(driver: SqlDriver, sql: string, params: SqlValue[]): SqlQuery {
  const dialect = dialectOf(driver);
  return numbered(dialect, sql.replaceAll("NOW", dialect.log.now), params);
}

/** The consumer's position, if no other reader has the lease. A new consumer begins at `from`. */
export async function claimConsumer(
  driver: SqlDriver,
  lease: ConsumerLease,
  from: LogPosition,
): Promise<LogPosition | undefined> {
  const { workspaceId, name, holder, leaseMs } = lease;
  const insert = `insert into plinth_consumers (workspace_id, name, place, held_until) values (?1, ?2, ?3, 0)
    on conflict (workspace_id, name) do nothing`;
  const claim = `update plinth_consumers set holder = ?3, held_until = NOW + cast(?4 as integer)
    where workspace_id = ?1 and name = ?2 and (holder is null or holder = ?3 or held_until < NOW
      or held_until > NOW + cast(?4 as integer)) returning place`;
  const [, claimed] = await driver.batch([
    query(driver, insert, [workspaceId, name, from]),
    query(driver, claim, [workspaceId, name, holder, leaseMs]),
  ]);
  return claimed!.rows[0]?.place as LogPosition | undefined;
}

/** Moves the cursor and extends the lease; false when another reader has taken over. */
export async function advanceConsumer(
  driver: SqlDriver,
  lease: ConsumerLease,
  position: LogPosition,
): Promise<boolean> {
  const { workspaceId, name, holder, leaseMs } = lease;
  const sql = `update plinth_consumers set place = ?4, held_until = NOW + cast(?5 as integer)
    where workspace_id = ?1 and name = ?2 and holder = ?3 returning name`;
  return (await driver.run(query(driver, sql, [workspaceId, name, holder, position, leaseMs]))).rows.length > 0;
}

/** Extends the lease while a handler runs. */
export async function renewConsumer(driver: SqlDriver, lease: ConsumerLease): Promise<boolean> {
  const { workspaceId, name, holder, leaseMs } = lease;
  const sql = `update plinth_consumers set held_until = NOW + cast(?4 as integer)
    where workspace_id = ?1 and name = ?2 and holder = ?3 returning name`;
  return (await driver.run(query(driver, sql, [workspaceId, name, holder, leaseMs]))).rows.length > 0;
}

export async function releaseConsumer(driver: SqlDriver, lease: ConsumerLease): Promise<void> {
  const { workspaceId, name, holder } = lease;
  const sql = `update plinth_consumers set holder = null, held_until = 0
    where workspace_id = ?1 and name = ?2 and holder = ?3`;
  await driver.run(query(driver, sql, [workspaceId, name, holder]));
}

/** A cursor that exists while something reads by it. */
export interface SharedConsumer {
  readonly name: string;
  /** What reads by it: a table with an alias and a condition, such as `plinth_webhooks w where w.enabled = 1`. It has a `workspace_id`. */
  readonly readers: string;
}

/** Of batches that begin or delete cursors of one name, one at a time runs. */
const cursorTurn = (driver: SqlDriver, name: string): SqlQuery[] => takeTurn(driver, `cursors of ${name}`);

/**
 * The statements before a reader is stored or enabled: where the workspace has no other one, nobody reads its log, and the cursor
 * begins at this position.
 */
export function beginConsumer(
  driver: SqlDriver,
  {
    workspaceId,
    name,
    position,
    readers,
  }: SharedConsumer & { readonly workspaceId: string; readonly position: string },
): SqlQuery[] {
  const sql = `insert into plinth_consumers (workspace_id, name, place, held_until) values (?1, ?2, ?3, 0)
    on conflict (workspace_id, name) do update set place = excluded.place
    where not exists (select 1 from ${readers} and workspace_id = excluded.workspace_id)`;
  return [...cursorTurn(driver, name), query(driver, sql, [workspaceId, name, position])];
}

/** Deletes the cursors of workspaces in which nothing reads by them any more. */
export async function deleteIdleConsumers(driver: SqlDriver, { name, readers }: SharedConsumer): Promise<void> {
  const sql = `delete from plinth_consumers where name = ?1 and workspace_id not in (select workspace_id from ${readers})`;
  await driver.batch([...cursorTurn(driver, name), query(driver, sql, [name])]);
}

export interface ConsumerLag {
  readonly workspaceId: string;
  readonly name: string;
  readonly position: LogPosition;
  /** A reader has the lease now. */
  readonly held: boolean;
  /** Changes that it has not handled; `COUNT_UP_TO` means that many or more. */
  readonly changes: number;
  /** Age of the oldest change that is not handled yet. */
  readonly ms: number;
}

/** An exact count beyond this costs more than it is worth. */
export const COUNT_UP_TO = 10_000;

/** Of one workspace, or of all. */
export async function consumerLags(driver: SqlDriver, only?: string): Promise<ConsumerLag[]> {
  const sql = `select workspace_id, name, place, case when held_until > NOW then 1 else 0 end as held
    from plinth_consumers ${only === undefined ? "" : "where workspace_id = ?1"} order by workspace_id, name`;
  const rows = await driver.all(query(driver, sql, only === undefined ? [] : [only]));
  const lags: ConsumerLag[] = [];
  for (const row of rows) {
    const [workspaceId, name, position] = [row.workspace_id, row.name, row.place] as [string, string, LogPosition];
    const [waiting] = await driver.all(waitingQuery(driver, workspaceId, parsePosition(position)));
    const { changes, ms } = waiting!;
    lags.push({
      workspaceId,
      name,
      position,
      held: row.held === 1,
      changes: Number(changes),
      ms: Math.max(0, Number(ms)),
    });
  }
  return lags;
}

function waitingQuery(driver: SqlDriver, workspaceId: string, { xid, seq }: PositionParts): SqlQuery {
  const { after, order } = dialectOf(driver).log;
  const sql = `select count(*) as changes, coalesce(NOW - min(at), 0) as ms from (select at from plinth_changes
    where workspace_id = ?1 and ${after("?2", "?3")} order by ${order} limit ${COUNT_UP_TO}) w`;
  return query(driver, sql, [workspaceId, String(xid), String(seq)]);
}

/** The database's clock, in milliseconds since the Unix epoch. */
export async function readDatabaseClock(driver: SqlDriver): Promise<number> {
  const [row] = await driver.all(query(driver, "select NOW as now", []));
  return Number(row!.now);
}
