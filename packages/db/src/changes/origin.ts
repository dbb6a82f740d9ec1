import type { Origin, SqlQuery } from "@plinth/core";
import type { SqlDialect } from "../sql/dialect.ts";

const SET = "update plinth_change_origin set actor = ?1, request_id = ?2 where id = 1";
const CLEAR: SqlQuery = {
  sql: "update plinth_change_origin set actor = null, request_id = null where id = 1",
  params: [],
};
const SET_LOCAL = "select set_config('plinth.actor', $1, true), set_config('plinth.request_id', $2, true)";

/** What goes around a batch so that its changes carry their origin, and writes made around Plinth carry none. */
export function originStatements(dialect: SqlDialect, origin: Origin): { before: SqlQuery[]; after: SqlQuery[] } {
  const { actor, requestId } = origin;
  if (dialect.name === "sqlite") return { before: [{ sql: SET, params: [actor, requestId] }], after: [CLEAR] };
  return { before: [{ sql: SET_LOCAL, params: [actor ?? "", requestId ?? ""] }], after: [] };
}
