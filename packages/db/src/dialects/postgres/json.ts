import { type JsonChanges, literal } from "../../compile/dialect.ts";
import { postgresSumIsFinite } from "./doubles.ts";

/** Changes of `jsonb` values. Its numbers are decimal; sums use doubles, as JSON's readers do. */
export const postgresJson: JsonChanges = {
  at: (column, key) => (key === undefined ? column : `(${column} -> ${literal(key)})`),
  nullIfNull: (value) => `nullif(${value}, 'null'::jsonb)`,
  sumIsFinite: postgresSumIsFinite,
  isNull: (value) => `coalesce(jsonb_typeof(${value}), 'null') = 'null'`,
  isKind: (value, kind) => `jsonb_typeof(${value}) = '${kind}'`,
  inc(value, param) {
    return `to_jsonb(${this.sum(value, param)})`;
  },
  sum: (value, param) => `(coalesce((${value} #>> '{}')::double precision, 0) + ${param})`,
  append: (value, param) => `coalesce(nullif(${value}, 'null'::jsonb), '[]'::jsonb) || ${param}::text::jsonb`,
  remove: (value, param) =>
    `(select coalesce(jsonb_agg(x.e order by x.n), '[]'::jsonb) from jsonb_array_elements(${value}) with ordinality x(e, n) where x.e not in (select jsonb_array_elements(${param}::text::jsonb)))`,
  set: (column, key, value) => `jsonb_set(${column}, array[${literal(key)}]::text[], ${value}, true)`,
};
