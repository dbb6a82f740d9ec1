import { type SqlQuery, storageOf } from "@plinth/core";
import type { LogSql } from "../../compile/dialect-log.ts";

const XMIN = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
const XMAX = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint";

const SET_LOCAL = "select set_config('plinth.actor', $1, true), set_config('plinth.request_id', $2, true)";

const SET_FIRST = (n: number): string =>
  ` returning (select case when set_config('plinth.actor', $${n}, true) <> set_config('plinth.request_id', $${n + 1}, true) then 1 end)`;

/**
 * The server numbers transactions, so a log that was restored into another server may lie in its future. `seq` is of the database
 * and goes on: everything up to the last foreign one is older than what this server has written. The new start is below every
 * change of this server: of a transaction that has ended, is active or begins later.
 *
 * Messages of channels carry the same numbers, and last an hour.
 *
 * Two instances may begin at once: the second waits for the row, and finds that there is nothing left to do.
 */
const RENUMBERED = `with last as (
    select max(f.seq) as seq from (select seq from plinth_changes where xid >= ${XMAX}
      union all select seq from plinth_changes_trimmed where xid >= ${XMAX}) f),
  started as (
    update plinth_changes_trimmed t set seq = greatest(t.seq, last.seq),
        xid = least(${XMIN}, (select min(c.xid) from plinth_changes c where c.seq > last.seq))
      from last where last.seq is not null and (t.seq < last.seq or t.xid >= ${XMAX}) returning t.seq),
  moved as (
    update plinth_consumers set place = '1.0.0' where exists (select from started)),
  messages as (
    delete from plinth_messages where xid >= ${XMAX})
  delete from plinth_changes where exists (select from started) and seq <= (select seq from started)`;

/** `xid` and `seq` together give the order of commits: docs/decisions/006-change-log-by-triggers.md. */
export const postgresLog: LogSql = {
  now: "floor(extract(epoch from clock_timestamp()) * 1000)::bigint",
  xid: "xid",
  order: "xid, seq",
  descending: "xid desc, seq desc",
  isSame: "c.xid = p.xid and c.seq = p.seq",
  after: (xid, seq) => `(xid, seq) > (${xid}::text::bigint, ${seq}::text::bigint)`,
  before: (xid, seq) => `(xid, seq) < (${xid}::text::bigint, ${seq}::text::bigint)`,
  from: (xid, seq) => `(xid, seq) >= (cast(${xid} as bigint), cast(${seq} as bigint))`,
  settled: `xid < ${XMIN}`,
  // A transaction that this snapshot does not see is active or begins later.
  unordered: {
    next: () => `(${XMIN})::text`,
    from: (start) => `c.xid >= cast(${start} as bigint)`,
  },
  isListed: (column, param) =>
    `(${param}::text is null or ${column} in (select jsonb_array_elements_text(${param}::text::jsonb)))`,
  isAmong: (param) =>
    `(xid, seq) in (select (pair ->> 0)::bigint, (pair ->> 1)::bigint from jsonb_array_elements(${param}::text::jsonb) pair)`,
  image: (column) => `${column}::text`,
  origin: ({ actor, requestId }) => ({
    before: [{ sql: SET_LOCAL, params: [actor ?? "", requestId ?? ""] }],
    after: [],
  }),
  // A transaction around a single write would nearly halve Postgres' throughput. `returning` is evaluated once, with
  // the first row, and the triggers run after the last; `true` ends the setting with the statement.
  withOrigin(query, { actor, requestId }) {
    if (/ returning /i.test(query.sql)) return undefined;
    const params = [...query.params, actor ?? "", requestId ?? ""];
    return { sql: query.sql + SET_FIRST(query.params.length + 1), params };
  },
  // `to_jsonb` writes times in the session's zone.
  imageDecoder: (field) =>
    storageOf(field) === "timestamp" ? (value) => new Date(value as string).toISOString() : undefined,
  retention: {
    renumbered: RENUMBERED,
    oldest: `select c.xid::text as xid, c.seq::text as seq, c.at::text as at,
      (select seq::text from plinth_changes order by xid desc, plinth_changes.seq desc limit 1) as newest
      from plinth_changes c where c.xid < ${XMIN} order by c.xid, c.seq limit $1::text::bigint`,
    trim: (xid, seq) =>
      [
        "delete from plinth_changes where (xid, seq) <= ($1::text::bigint, $2::text::bigint)",
        `update plinth_changes_trimmed set xid = $1::text::bigint, seq = $2::text::bigint
        where (xid, seq) < ($1::text::bigint, $2::text::bigint)`,
      ].map((sql): SqlQuery => ({ sql, params: [xid, seq] })),
  },
};
