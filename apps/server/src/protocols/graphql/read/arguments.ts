import { invalid, type SortInput } from "@plinth/core";
import type { AggregateInput, ListInput } from "@plinth/engine";
import type { VisibleCollections } from "../schema/visible.ts";
import { filterOf } from "./filter.ts";
import { type GroupKey, groupSortOf, havingOf, resultsNeeded } from "./groups.ts";

/** The arguments of a field, by the types of the schema. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Null is as if it had been left out. */
export function isGiven(value: unknown): value is object {
  return value !== undefined && value !== null;
}

type ListArguments = Pick<ListInput, "filter" | "sort" | "limit" | "offset">;

export function listArgumentsOf(collections: VisibleCollections, slug: string, given: Arguments): ListArguments {
  const { filter, sort } = given;
  return {
    ...(isGiven(filter) && { filter: filterOf(collections, slug, filter) }),
    ...(isGiven(sort) && { sort: sortOf(collections, slug, sort as object[]) }),
    ...pageIn(given),
  };
}

function pageIn({ limit, offset }: Arguments): Pick<ListInput, "limit" | "offset"> {
  return {
    ...(typeof limit === "number" && { limit }),
    ...(typeof offset === "number" && { offset }),
  };
}

export function aggregateArgumentsOf(collections: VisibleCollections, slug: string, given: Arguments): AggregateInput {
  const { filter, group_by, having, sort } = given;
  const groups = (group_by ?? []) as { field: GroupKey; bucket?: "day"; time_zone?: string }[];
  const keys = groups.map(({ field, bucket, time_zone }) => ({
    ...field,
    ...(bucket && { bucket }),
    ...(time_zone && { time_zone }),
  }));
  requireDistinct(keys);
  return {
    aggregates: resultsNeeded(collections, slug, having as object | undefined, sort as object[] | undefined),
    ...(keys.length > 0 && { group_by: keys }),
    ...(isGiven(filter) && { filter: filterOf(collections, slug, filter) }),
    ...(isGiven(having) && { having: havingOf(collections, slug, having) }),
    ...(isGiven(sort) && { sort: groupSortOf(collections, slug, sort as object[], keys) }),
    ...pageIn(given),
  };
}

function requireDistinct(keys: readonly GroupKey[]): void {
  const [again] = keys.filter(({ as }, i) => keys.findIndex((key) => key.as === as) < i);
  if (again) throw invalid("group_by", `${again.field} is listed twice`);
}

/** Each term names one value, or one of a related item. */
export function sortOf(collections: VisibleCollections, slug: string, terms: readonly object[]): SortInput[] {
  return terms.map((term) => sortTerm(collections, slug, term, ""));
}

type Direction = SortInput["direction"];

function sortTerm(collections: VisibleCollections, slug: string, term: object, above: string): SortInput {
  const { values, relations } = collections.get(slug)!;
  const [name, given] = Object.entries(term)[0] as [string, Direction | { path: string; direction: Direction }];
  if (name === "_path") {
    const { path, direction } = given as { path: string; direction: Direction };
    return { path: `${above}${path}`, direction };
  }
  const value = values.find((one) => one.name === name);
  if (value) return { path: `${above}${value.field.name}`, direction: given as Direction };
  const { path, target } = relations.find((one) => one.name === name)!;
  return sortTerm(collections, target, given as object, `${above}${path}.`);
}
