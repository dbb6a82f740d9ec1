import type { Origin, SqlQuery } from "@plinth/core";
import type { SqlDialect } from "../compile/dialect.ts";

const SET = "update plinth_change_origin set actor = ?1, request_id = ?2 where id = 1";
const CLEAR: SqlQuery = {
  sql: "update plinth_change_origin set actor = null, request_id = null where id = 1",
  params: [],
};
const SET_LOCAL = "select set_config('plinth.actor', $1, true), set_config('plinth.request_id', $2, true)";

const SET_FIRST = (n: number): string =>
  ` returning (select case when set_config('plinth.actor', $${n}, true) <> set_config('plinth.request_id', $${n + 1}, true) then 1 end)`;

/**
 * A single write that sets its own origin, where the engine can: a transaction around it would nearly halve what Postgres
 * does in a second. What `returning` says is evaluated with the first row, once, and the triggers run after the last;
 * `true` ends the setting with the statement. Undefined where the statement has a `returning` of its own.
 */
export function withOrigin(dialect: SqlDialect, query: SqlQuery, origin: Origin): SqlQuery | undefined {
  if (dialect.name !== "postgres" || / returning /i.test(query.sql)) return undefined;
  const params = [...query.params, origin.actor ?? "", origin.requestId ?? ""];
  return { sql: query.sql + SET_FIRST(query.params.length + 1), params };
}

/** What goes around a batch so that its changes carry their origin, and writes made around Plinth carry none. */
export function originStatements(dialect: SqlDialect, origin: Origin): { before: SqlQuery[]; after: SqlQuery[] } {
  const { actor, requestId } = origin;
  if (dialect.name === "sqlite") return { before: [{ sql: SET, params: [actor, requestId] }], after: [CLEAR] };
  return { before: [{ sql: SET_LOCAL, params: [actor ?? "", requestId ?? ""] }], after: [] };
}
