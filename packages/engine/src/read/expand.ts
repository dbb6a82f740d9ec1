import { invalid, isObject, type Json, type JsonObject, MAX_HOPS } from "@plinth/core";

/** `expand`: what is asked of related items, in its one form: options by name. */
export type Expand = ReadonlyMap<string, JsonObject>;

const MAX_LEVELS = 20;
const OF_ITEMS = ["fields", "expand", "filter", "sort", "limit", "offset", "relation", "required", "spread"] as const;
const OF_GROUPS = ["aggregates", "groupBy", "having"] as const;
const OPTIONS: readonly string[] = [...OF_ITEMS, ...OF_GROUPS];

/** `expand` as a parameter: a list of paths, or JSON with options for each relation. */
export function parseExpandText(text: string | undefined): Json | undefined {
  if (!text?.trimStart().startsWith("{")) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalid("expand", "is not valid JSON");
  }
}

/** Paths and options together with `fields`, what `fields` asks of each relation. */
export function parseExpand(
  fields: ReadonlyMap<string, string>,
  expand: Json | undefined,
  path: string,
  depth: number,
): Expand {
  if (depth > MAX_HOPS) throw invalid(path, `at most ${MAX_HOPS} levels are allowed`, "LIMIT_EXCEEDED");
  const found = new Map<string, JsonObject>();
  for (const [name, names] of fields) {
    const options = optionsOf(found, name);
    if (names !== "") options.fields = names;
  }
  addExpand(expand, found, path);
  if (found.size > MAX_LEVELS) throw invalid(path, `at most ${MAX_LEVELS} relations are allowed`, "LIMIT_EXCEEDED");
  return found;
}

function addExpand(expand: Json | undefined, found: Map<string, JsonObject>, path: string): void {
  if (expand === undefined || expand === "" || expand === null) return;
  if (typeof expand === "string") {
    for (const part of expand.split(",").map((text) => text.trim())) addPath(part.split("."), found, path);
    return;
  }
  if (!isObject(expand))
    throw invalid(path, 'expected paths such as author,comments.user, or {"comments": {"limit": 5}}');
  for (const [name, options] of Object.entries(expand)) {
    const known = optionsOf(found, name);
    if (options === true) continue;
    if (!isObject(options)) throw invalid(`${path}.${name}`, `expected true or an object with ${OPTIONS.join(", ")}`);
    for (const key of Object.keys(options)) {
      if (!OPTIONS.includes(key))
        throw invalid(
          `${path}.${name}.${key}`,
          `there is no such option; use ${OPTIONS.join(", ")}`,
          "UNKNOWN_PARAMETER",
        );
    }
    Object.assign(known, options);
  }
}

function addPath(segments: string[], found: Map<string, JsonObject>, path: string): void {
  const [first, ...rest] = segments;
  const options = optionsOf(found, first!);
  if (rest.length === 0) return;
  if (segments.length > MAX_HOPS)
    throw invalid(path, `a path may pass at most ${MAX_HOPS} relations`, "LIMIT_EXCEEDED");
  const inner = options.expand;
  options.expand = typeof inner === "string" ? `${inner},${rest.join(".")}` : rest.join(".");
}

function optionsOf(found: Map<string, JsonObject>, name: string): JsonObject {
  const known = found.get(name);
  if (known) return known;
  const options: JsonObject = {};
  found.set(name, options);
  return options;
}

/** What `required` asks of the item that has the relations, as a filter: it goes along levels that are required too. */
export function requiredFilter(expand: Expand): JsonObject | undefined {
  const filters = [...expand].flatMap(([as, options]): JsonObject[] => {
    if (options.required !== true) return [];
    const inner = isObject(options.expand ?? null) ? Object.entries(options.expand as JsonObject) : [];
    const below = requiredFilter(new Map(inner.map(([name, one]) => [name, isObject(one) ? one : {}])));
    const asked = [options.filter, below].filter((one) => one !== undefined);
    return [{ [(options.relation as string | undefined) ?? as]: { _and: asked } }];
  });
  return filters.length > 0 ? { _and: filters } : undefined;
}
