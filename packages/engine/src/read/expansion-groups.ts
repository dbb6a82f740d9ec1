import {
  type Aggregate,
  castTo,
  type Expansion,
  type FieldValue,
  invalid,
  type JsonObject,
  type Read,
  type RelationRef,
} from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import type { AggregateInput } from "./aggregate-input.ts";
import { groupTerm, parseAggregate, UTC } from "./aggregate-query.ts";
import type { ExpansionInput } from "./list-input.ts";
import { pageOf } from "./page.ts";
import { parseFilter } from "./query-parts.ts";

export interface ExpandedRead extends Pick<Expansion, "read" | "shape" | "nothing"> {
  /** The field names of each row. Null: all fields. */
  readonly names: readonly string[] | null;
}

/** An aggregate of each item's related items: one row, or one for each group. */
export function readGroups(
  ctx: RequestContext,
  relation: RelationRef,
  options: ExpansionInput & Pick<AggregateInput, "aggregates">,
  path: string,
): ExpandedRead {
  const { target, policy } = relation;
  for (const name of ["fields", "expand"] as const) {
    if (options[name] !== undefined) throw invalid(`${path}.${name}`, "cannot be combined with aggregates");
  }
  const values: FieldValue[] = [[]];
  const { condition: where } = parseFilter(ctx, target, options.filter, values, `${path}.filter`);
  const { measures, groups, having, sort } = parseAggregate(ctx, target, options, values, path);
  const zoned = groups.find(({ time_zone }) => time_zone);
  if (zoned) throw invalid(`${zoned.path}.time_zone`, "buckets of related items are in UTC");
  const alone = groups.length === 0;
  if (alone && options.having) throw invalid(`${path}.having`, "needs group_by, because it filters groups");
  // With an offset, the only row would be skipped, as if there were no result.
  if (alone && options.offset !== undefined) throw invalid(`${path}.offset`, "needs group_by, because it skips groups");
  const tree: Aggregate = {
    collection: target,
    policy,
    where,
    groups: groups.map((group) => groupTerm(group, UTC)),
    measures,
    having,
    sort,
    ...pageOf(ctx, options, path),
    parentFilter: { relation, parents: { slot: 0 } },
  };
  const read: Read = { tree, values, expansions: [] };
  const names = [...groups, ...measures].map(({ name }) => name);
  if (!alone) return { read, shape: "list", names };
  const nothing = measures.map(({ name, fn, cast }): [string, FieldValue] => {
    const value = fn === "count" || fn === "count_distinct" ? 0 : null;
    return [name, cast ? castTo(cast, name)(value) : value];
  });
  return { read, shape: "one", names, nothing: Object.fromEntries(nothing) as JsonObject };
}
