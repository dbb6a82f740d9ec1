import type { SqlQuery } from "@plinth/core";
import type { LogSql } from "../../compile/dialect-log.ts";

const SET = "update plinth_change_origin set actor = ?1, request_id = ?2 where id = 1";
const CLEAR: SqlQuery = {
  sql: "update plinth_change_origin set actor = null, request_id = null where id = 1",
  params: [],
};

/** One writer at a time, so `seq` alone is the order of commits. */
export const sqliteLog: Omit<LogSql, "imageDecoder"> = {
  now: "cast(unixepoch('subsec') * 1000 as integer)",
  xid: "0",
  order: "seq",
  descending: "seq desc",
  isSame: "c.seq = p.seq",
  after: (_, seq) => `seq > cast(${seq} as integer)`,
  before: (_, seq) => `seq < cast(${seq} as integer)`,
  from: (_, seq) => `seq >= cast(${seq} as bigint)`,
  settled: "1 = 1",
  unordered: {
    next: (table) => `(select cast(coalesce(max(seq), 0) as text) from ${table})`,
    from: (start) => `c.seq > cast(${start} as integer)`,
  },
  isListed: (column, param) => `(${param} is null or ${column} in (select value from json_each(${param})))`,
  isAmong: (param) => `seq in (select cast(value ->> 1 as integer) from json_each(${param}))`,
  image: (column) => column,
  origin: ({ actor, requestId }) => ({ before: [{ sql: SET, params: [actor, requestId] }], after: [CLEAR] }),
  retention: {
    oldest: `select '0' as xid, cast(seq as text) as seq, cast(at as text) as at,
      (select cast(max(seq) as text) from plinth_changes) as newest
      from plinth_changes order by plinth_changes.seq limit ?1`,
    trim: (_xid, seq) =>
      [
        "delete from plinth_changes where seq <= cast(?1 as integer)",
        "update plinth_changes_trimmed set seq = cast(?1 as integer) where seq < cast(?1 as integer)",
      ].map((sql): SqlQuery => ({ sql, params: [seq] })),
  },
};
