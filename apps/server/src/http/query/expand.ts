import { invalid, isObject, type Json, type JsonObject, MAX_HOPS, parseSortText, suggest } from "@plinth/core";
import type { ExpandInput, ExpansionInput } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { aggregateShape } from "./aggregate-body.ts";
import { namesSchema } from "./names.ts";
import { parseFieldsText, parseJsonText } from "./texts.ts";

const OF_ITEMS = ["fields", "expand", "filter", "sort", "limit", "offset", "relation", "required", "spread"] as const;
const OF_GROUPS = ["aggregates", "group_by", "having"] as const;
const OPTIONS: readonly string[] = [...OF_ITEMS, ...OF_GROUPS];
const groups = z.object(aggregateShape);

/** `expand` as a parameter: paths such as `author,comments.user`, or JSON with options for each relation. */
export function parseExpandText(text: string): ExpandInput | undefined {
  const json = text.trimStart().startsWith("{") ? parseJsonText(text, "expand") : text;
  return expandInputOf(json, "expand", 0);
}

/** `path` is its path in the request. */
export function expandInputOf(expand: Json | undefined, path: string, depth: number): ExpandInput | undefined {
  if (expand === undefined || expand === null || expand === "") return undefined;
  // The engine refuses deeper levels; this only bounds the recursion.
  if (depth > MAX_HOPS) throw invalid(path, `at most ${MAX_HOPS} levels are allowed`, "LIMIT_EXCEEDED");
  if (typeof expand === "string") return parsePaths(expand, path);
  if (Array.isArray(expand)) return parsePaths(namesIn(expand, path), path);
  if (!isObject(expand))
    throw invalid(path, 'expected paths such as author,comments.user, or {"comments": {"limit": 5}}');
  const entries = Object.entries(expand).map(([name, options]): [string, ExpansionInput] => [
    name,
    options === true ? {} : parseOptions(options, `${path}.${name}`, depth),
  ]);
  return Object.fromEntries(entries);
}

type Paths = { [name: string]: { expand?: Paths } };

function parsePaths(text: string, path: string): ExpandInput {
  const found: Paths = {};
  for (const part of text.split(",")) {
    const segments = part.trim().split(".");
    if (segments.length > MAX_HOPS)
      throw invalid(path, `a path may go through at most ${MAX_HOPS} relations`, "LIMIT_EXCEEDED");
    let level = found;
    for (const [i, segment] of segments.entries()) {
      const known = Object.hasOwn(level, segment) ? level[segment]! : {};
      level[segment] = known;
      if (i < segments.length - 1) level = known.expand ??= {};
    }
  }
  return found;
}

function parseOptions(options: Json, path: string, depth: number): ExpansionInput {
  if (!isObject(options)) throw invalid(path, `expected true or an object with ${OPTIONS.join(", ")}`);
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key))
      throw invalid(
        `${path}.${key}`,
        `there is no such option${suggest(key, OPTIONS, "options are")}`,
        "UNKNOWN_PARAMETER",
      );
  }
  const fields = namesOption(options, "fields", path);
  const sort = namesOption(options, "sort", path);
  return {
    ...groupOptions(options, path),
    filter: options.filter,
    relation: textOption(options, "relation", path),
    // What is not given must not hide the fields that paths of the level above name.
    ...(fields !== undefined && { fields: parseFieldsText(fields) }),
    expand: expandInputOf(options.expand, `${path}.expand`, depth + 1),
    sort: sort === undefined ? undefined : parseSortText(sort),
    limit: numberOption(options, "limit"),
    offset: numberOption(options, "offset"),
    required: flagOption(options, "required", path),
    spread: flagOption(options, "spread", path),
  };
}

/** Without `aggregates` the others have no meaning; the engine reports that. */
function groupOptions(options: JsonObject, path: string): Pick<ExpansionInput, "aggregates" | "group_by" | "having"> {
  const { aggregates, group_by, having } = options;
  if (aggregates === undefined) {
    return {
      ...(group_by !== undefined && { group_by: [] }),
      ...(having !== undefined && { having }),
    };
  }
  const { data, error } = groups.safeParse(options);
  if (!data) throw invalid([path, ...error.issues[0]!.path].join("."), error.issues[0]!.message);
  return { aggregates: data.aggregates, group_by: data.group_by, having: data.having };
}

function textOption(options: JsonObject, name: string, path: string): string | undefined {
  const value = options[name];
  if (value !== undefined && typeof value !== "string") throw invalid(`${path}.${name}`, "expected a text");
  return value;
}

function namesOption(options: JsonObject, name: string, path: string): string | undefined {
  const value = options[name];
  return value === undefined ? undefined : namesIn(value, `${path}.${name}`);
}

/** One text with commas, whatever form the names have. */
function namesIn(names: Json, path: string): string {
  const { data, error } = namesSchema.safeParse(names);
  if (error) throw invalid(path, error.issues[0]!.message);
  return data;
}

/** A value that is not a number is out of every range. */
function numberOption(options: JsonObject, name: string): number | undefined {
  const value = options[name];
  return value === undefined || value === null ? undefined : typeof value === "number" ? value : Number.NaN;
}

function flagOption(options: JsonObject, name: string, path: string): boolean | undefined {
  const value = options[name] ?? undefined;
  if (value !== undefined && typeof value !== "boolean") throw invalid(`${path}.${name}`, "expected true or false");
  return value;
}
