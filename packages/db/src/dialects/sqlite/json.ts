import type { ListOp, PathStep } from "@plinth/core";
import { type JsonChanges, literal } from "../../compile/dialect.ts";

/** Changes of JSON texts in SQLite. Elements are moved as text: as SQL values, numbers could lose digits. */
export const sqliteJson: JsonChanges = {
  at: (column, key) => (key === undefined ? column : `${column} -> ${sqlitePath([key])}`),
  nullIfNull: (value) => value,
  isNull: (value) => `coalesce(json_type(${value}), 'null') = 'null'`,
  isKind: (value, kind) => `json_type(${value}) ${kind === "array" ? "= 'array'" : "in ('integer', 'real')"}`,
  inc(value, param) {
    const sum = this.sum(value, param);
    const whole = `cast(${sum} as integer)`;
    return `case when ${sum} = ${whole} and abs(${sum}) < 9007199254740992.0 then cast(${whole} as text) else printf('%!.17g', ${sum}) end`;
  },
  sum: (value, param) => `(coalesce(cast(json_extract(${value}, '$') as real), 0.0) + cast(${param} as real))`,
  append(value, param) {
    const list = `coalesce(nullif(${value}, 'null'), '[]')`;
    return `case when ${param} = '[]' then ${list} when ${list} = '[]' then ${param} else substr(${list}, 1, length(${list}) - 1) || ',' || substr(${param}, 2) end`;
  },
  remove(value, param) {
    const kept = `select group_concat(${value} -> ('$[' || e.key || ']'), ',') from json_each(${value}) e`;
    const unwanted = `select ${sameText("r")} from json_each(${param}) r`;
    return `'[' || coalesce((${kept} where ${sameText("e")} not in (${unwanted})), '') || ']'`;
  },
  set: (column, key, value) => `json_set(${column}, ${sqlitePath([key])}, json(${value}))`,
};

/** A text that is equal for equal values of `json_each`, whatever the order of an object's keys. */
function sameText(row: string): string {
  const atom = `type || ' ' || case type when 'real' then printf('%!.17g', atom) else json_quote(atom) end`;
  const leaves = `select fullkey || ' ' || ${atom} as leaf from json_tree(${row}.value) order by 1`;
  const own = `case ${row}.type when 'real' then printf('%!.17g', ${row}.atom) else json_quote(${row}.atom) end`;
  return `case when ${row}.type in ('object', 'array') then (select group_concat(leaf, char(10)) from (${leaves})) else ${row}.type || ' ' || ${own} end`;
}

export function sqlitePath(path: readonly PathStep[]): string {
  const steps = path.map((step) => (typeof step === "string" ? `."${step}"` : `[${step < 0 ? "#" : ""}${step}]`));
  return literal(`$${steps.join("")}`);
}

/** `list` and `wanted` are calls of `json_each`; the values of `wanted` are scalars. */
export function sqliteListTest(op: ListOp, list: string, wanted: string): string {
  const both = `${scalarOf("e")} = ${scalarOf("w")} and ${kindOf("e")} = ${kindOf("w")}`;
  if (op === "overlaps") return `exists (select 1 from ${list} e join ${wanted} w on ${both})`;
  const [every, some] = op === "contains" ? [`${wanted} w`, `${list} e`] : [`${list} e`, `${wanted} w`];
  return `not exists (select 1 from ${every} where not exists (select 1 from ${some} where ${both}))`;
}

/** JSON's numbers are doubles. */
function scalarOf(row: string): string {
  return `case when ${row}.type = 'integer' then cast(${row}.atom as real) else ${row}.atom end`;
}

function kindOf(row: string): string {
  return `case when ${row}.type = 'integer' then 'real' else ${row}.type end`;
}
