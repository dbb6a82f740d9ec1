import type { ManageAction, ManageActions, Values } from "./manage.ts";

const FILTERS = ["type", "outcome", "actor", "target", "address", "from", "to", "limit"] as const;

const listed = (path: string): ManageAction => ({
  args: [],
  options: FILTERS,
  request: (_, values) => ["GET", `${path}?${queryOf(values)}`],
  columns: ["at", "type", "outcome", "actor", "target", "address", "detail"],
  // The log may be long: only the newest events, as many as --limit says.
  onePage: true,
});

/** `plinth security-log …` */
export const SECURITY_LOG: ManageActions = {
  list: listed("/api/security-log"),
  operators: listed("/api/operators/security-log"),
};

function queryOf(values: Values): URLSearchParams {
  return new URLSearchParams(FILTERS.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
}
