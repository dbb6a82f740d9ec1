import type { JsonObject } from "@plinth/core";
import { requireKnown } from "../known-options.ts";
import type { AnySchema, LocalFilter, OwnName, Slug } from "../schema/index.ts";
import { compareForSort, compileFilter, type FilterContext, type Predicate } from "./filter.ts";

/** A query over the rows on this device. */
export interface LocalQuery<S extends AnySchema = AnySchema, C extends Slug<S> = Slug<S>> {
  /** As that of a list, without paths through relations. */
  readonly filter?: LocalFilter<S, C> | undefined;
  /** Fields, separated by commas or as a list; `-` in front: descending. Default: by id. */
  readonly sort?: SortText<OwnName<S, C>> | readonly SortKey<OwnName<S, C>>[] | undefined;
  readonly limit?: number | undefined;
}

type SortKey<Name extends string> = `${"" | "-"}${Name}`;
/** Of a text with several names, the compiler looks at the first. */
type SortText<Name extends string> = SortKey<Name> | `${SortKey<Name>},${string}`;

export interface CompiledQuery {
  readonly matches: Predicate;
  run(rows: Iterable<JsonObject>): JsonObject[];
}

const LOCAL_QUERY_OPTIONS: readonly (keyof LocalQuery)[] = ["filter", "sort", "limit"];

export function compileQuery(query: LocalQuery, context: FilterContext): CompiledQuery {
  requireKnown(query, LOCAL_QUERY_OPTIONS, "query");
  const { filter = {}, sort = [], limit = Number.POSITIVE_INFINITY } = query;
  if (!(limit >= 0)) throw new TypeError(`query: limit is a number of rows, 0 or more, not ${limit}`);
  const matches = compileFilter(filter, context);
  const order = compileSort(typeof sort === "string" ? sort.split(",") : sort, context);
  return {
    matches,
    run: (rows) => [...rows].filter(matches).sort(order).slice(0, limit),
  };
}

function compileSort(sort: readonly string[], { decimals }: FilterContext): (a: JsonObject, b: JsonObject) => number {
  const keys = [...sort, "id"].map((key) => {
    const name = key.trim();
    const descending = name.startsWith("-");
    const path = name.slice(descending ? 1 : 0);
    if (path === "" || path.includes(".")) throw new TypeError(`query: sort takes the row's own fields, not "${path}"`);
    return { path, sign: descending ? -1 : 1, isDecimal: decimals.has(path) };
  });
  return (a, b) => {
    for (const { path, sign, isDecimal } of keys) {
      const order = compareForSort(a[path], b[path], isDecimal);
      if (order !== 0) return sign * order;
    }
    return 0;
  };
}
