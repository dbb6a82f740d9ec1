import { invalid, type JsonObject, MAX_HOPS } from "@plinth/core";
import type { ExpandInput, ExpansionInput, FieldInput } from "./list-input.ts";

/** The selection for related items in its normalized form: options by name. */
export type ExpandOptions = ReadonlyMap<string, ExpansionInput>;

const MAX_RELATIONS = 20;

/** `expand`, combined with the nested fields in `fields`. */
export function parseExpand(
  fields: ReadonlyMap<string, readonly FieldInput[]>,
  expand: ExpandInput | undefined,
  path: string,
  depth: number,
): ExpandOptions {
  if (depth > MAX_HOPS) throw invalid(path, `at most ${MAX_HOPS} levels are allowed`, "LIMIT_EXCEEDED");
  const found = new Map<string, ExpansionInput>();
  for (const [name, below] of fields) found.set(name, below.length > 0 ? { fields: below } : {});
  for (const [name, options] of Object.entries(expand ?? {})) found.set(name, { ...found.get(name), ...options });
  if (found.size > MAX_RELATIONS)
    throw invalid(path, `at most ${MAX_RELATIONS} relations are allowed`, "LIMIT_EXCEEDED");
  return found;
}

/** `required` as a filter on the item that has the relations. It includes nested levels that are also required. */
export function requiredFilter(expand: ExpandOptions): JsonObject | undefined {
  const filters = [...expand].flatMap(([as, { required, relation = as, expand: inner, filter }]): JsonObject[] => {
    if (required !== true) return [];
    const below = requiredFilter(new Map(Object.entries(inner ?? {})));
    return [{ [relation]: { _and: [filter, below].filter((one) => one !== undefined) } }];
  });
  return filters.length > 0 ? { _and: filters } : undefined;
}
