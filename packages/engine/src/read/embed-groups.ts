import {
  type Aggregate,
  castTo,
  type Embed,
  type FieldValue,
  invalid,
  type JsonObject,
  type Read,
  type RelationRef,
} from "@plinth/core";
import * as z from "zod";
import type { Scope } from "../kernel/engine.ts";
import { aggregateShape, groupTerm, parseAggregate, UTC } from "./aggregate-query.ts";
import { pageOption } from "./embed-options.ts";
import { parseFilter } from "./query-parts.ts";

export interface EmbeddedRead extends Pick<Embed, "read" | "shape" | "nothing"> {
  /** Names of what each row has; null where that is all it has. */
  readonly names: readonly string[] | null;
}

const groupsSchema = z.object(aggregateShape);

/** What is computed of the related items of each item: one row, or one for each group. */
export function readGroups(scope: Scope, relation: RelationRef, options: JsonObject, path: string): EmbeddedRead {
  const { target, access } = relation;
  for (const name of ["fields", "expand"]) {
    if (Object.hasOwn(options, name)) throw invalid(`${path}.${name}`, "does not go with aggregates");
  }
  const { filter: _, ...given } = options;
  const { data, error } = groupsSchema.safeParse(given);
  if (!data) throw invalid([path, ...error.issues[0]!.path].join("."), error.issues[0]!.message);
  const values: FieldValue[] = [[]];
  const { condition: where } = parseFilter(scope, target, options.filter, values, `${path}.filter`);
  const { measures, groups, having, sort } = parseAggregate(scope, target, data, values, path);
  const zoned = groups.find(({ timeZone }) => timeZone);
  if (zoned) throw invalid(`${zoned.path}.timeZone`, "buckets of related items are in UTC");
  const alone = groups.length === 0;
  if (alone && data.having) throw invalid(`${path}.having`, "chooses among groups: use it with groupBy");
  // One row that is passed over would look like nothing to compute of.
  if (alone && Object.hasOwn(options, "offset"))
    throw invalid(`${path}.offset`, "passes over groups: use it with groupBy");
  const tree: Aggregate = {
    collection: target,
    access,
    where,
    groups: groups.map((group) => groupTerm(group, UTC)),
    measures,
    having,
    sort,
    ...pageOption(scope, options, path),
    under: { relation, parents: { slot: 0 } },
  };
  const read: Read = { tree, values, embeds: [] };
  const names = [...groups, ...measures].map(({ name }) => name);
  if (!alone) return { read, shape: "list", names };
  const nothing = measures.map(({ name, fn, cast }): [string, FieldValue] => {
    const value = fn === "count" || fn === "count_distinct" ? 0 : null;
    return [name, cast ? castTo(cast, name)(value) : value];
  });
  return { read, shape: "one", names, nothing: Object.fromEntries(nothing) as JsonObject };
}
