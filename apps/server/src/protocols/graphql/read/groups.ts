import { type AggregateFunction, invalid, type Json, type JsonObject, type SortInput } from "@plinth/core";
import type { AggregateInput } from "@plinth/engine";
import { isGroupable, keyName, measuresOf } from "../schema/aggregate-types.ts";
import { comparedAs } from "../schema/group-types.ts";
import type { VisibleCollections, VisibleValue } from "../schema/visible.ts";
import { operatorsOf } from "./filter.ts";

/** Conditions on results, and orders by them. The engine needs all of these results, whether or not they are selected. */

/** A value by which items are grouped, and the name of its result. */
export interface GroupKey {
  readonly field: string;
  readonly as: string;
}

interface NamedResult {
  readonly as: string;
  readonly measure: AggregateInput["aggregates"][string];
  /** Undefined for a count of items. */
  readonly value?: VisibleValue;
}

/** The result that a member names: `count`, or a field of a function. */
function resultOf(collections: VisibleCollections, slug: string, fn: string, name?: string): NamedResult {
  if (name === undefined) return { as: "count", measure: { count: "*" } };
  const { taken } = measuresOf(collections.get(slug)!).find(({ results }) => results.fn === fn)!;
  const { value, as } = taken.find((one) => one.value.name === name)!;
  return { as, measure: { [fn]: value.field.name }, value };
}

const COMBINED = new Set(["_and", "_or", "_not"]);

export function havingOf(collections: VisibleCollections, slug: string, given: object, path = "having"): JsonObject {
  const parts = Object.entries(given).flatMap(([name, value]: [string, unknown]): JsonObject[] => {
    const at = `${path}.${name}`;
    if (value === null) throw invalid(at, "expected conditions");
    if (name === "_not") return [{ _not: havingOf(collections, slug, value as object, at) }];
    if (COMBINED.has(name))
      return [{ [name]: (value as object[]).map((one, i) => havingOf(collections, slug, one, `${at}.${i}`)) }];
    if (name === "count") return [{ count: value as Json }];
    return Object.entries(value as object).map(([field, conditions]: [string, Json]) => {
      if (conditions === null) throw invalid(`${at}.${field}`, "expected conditions");
      const { as, value: measured } = resultOf(collections, slug, name, field);
      const { field: compared } = comparedAs(name as AggregateFunction, measured!);
      return operatorsOf(as, compared, conditions, `${at}.${field}`);
    });
  });
  return parts.length === 1 ? parts[0]! : { _and: parts };
}

export function groupSortOf(
  collections: VisibleCollections,
  slug: string,
  terms: readonly object[],
  keys: readonly GroupKey[],
): SortInput[] {
  return terms.map((term) => {
    const [name, given] = Object.entries(term)[0] as [string, SortInput["direction"] | object];
    if (typeof given === "string") return { path: "count", direction: given };
    const [field, direction] = Object.entries(given)[0] as [string, SortInput["direction"]];
    if (name !== "key") return { path: resultOf(collections, slug, name, field).as, direction };
    const place = collections.get(slug)!.values.findIndex((value) => isGroupable(value) && value.name === field);
    if (!keys.some(({ as }) => as === keyName(place))) throw invalid("sort", `group by ${field} to sort by it`);
    return { path: keyName(place), direction };
  });
}

/** The results that conditions and orders name. */
export function resultsNeeded(
  collections: VisibleCollections,
  slug: string,
  having: object | null | undefined,
  sort: readonly object[] | null | undefined,
): AggregateInput["aggregates"] {
  const needed: Record<string, NamedResult["measure"]> = {};
  const visit = (given: object): void => {
    for (const [name, value] of Object.entries(given) as [string, object | object[]][]) {
      if (name === "_not") visit(value);
      else if (COMBINED.has(name)) for (const one of value as object[]) visit(one);
      else if (name === "count") needed.count = { count: "*" };
      else if (name !== "key") {
        for (const field of Object.keys(value)) {
          const { as, measure } = resultOf(collections, slug, name, field);
          needed[as] = measure;
        }
      }
    }
  };
  if (having) visit(having);
  for (const term of sort ?? []) visit(term);
  return needed;
}
