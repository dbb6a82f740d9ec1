import {
  type Aggregate,
  type AggregateFunction,
  ALWAYS,
  type Bucket,
  type Collection,
  type Condition,
  DEFAULT_COLUMNS,
  doubleField,
  excerpt,
  type Field,
  type FieldRef,
  type FieldValue,
  FilterParser,
  fieldType,
  type GroupTerm,
  integerField,
  invalid,
  type Json,
  type Measure,
  parseReference,
  resultField,
  type SortInput,
  textField,
  type ZoneOffsets,
} from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import type { AggregateInput, GroupInput, MeasureInput } from "./aggregate-input.ts";
import { referenceContext } from "./query-parts.ts";

export const AGGREGATE_FUNCTIONS = [
  "count",
  "count_distinct",
  "sum",
  "avg",
  "min",
  "max",
] as const satisfies AggregateFunction[];
/** The parsed request. The offsets of its time zones are not known yet. */
export interface ParsedAggregate extends Pick<Aggregate, "measures" | "having" | "sort"> {
  readonly groups: readonly ParsedGroup[];
}

const MAX_ZONES = 2;
/** Each measure takes up to three columns of the statement, and databases allow only some hundreds. */
const MAX_MEASURES = 100;

/** Values of `having` are added to `values`. `path` is the position in the request. */
export function parseAggregate(
  ctx: RequestContext,
  collection: Collection,
  input: Omit<AggregateInput, "filter" | "limit" | "offset">,
  values: FieldValue[],
  path = "",
): ParsedAggregate {
  const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const measures = Object.entries(input.aggregates).map(([as, spec]) =>
    parseMeasure(ctx, collection, as, spec, at(`aggregates.${as}`)),
  );
  if (measures.length === 0) throw invalid(at("aggregates"), "expected at least one aggregate");
  if (measures.length > MAX_MEASURES)
    throw invalid(at("aggregates"), `at most ${MAX_MEASURES} results are allowed`, "LIMIT_EXCEEDED");
  const { group_by = [] } = input;
  checkZones(group_by, at("group_by"));
  const groups = group_by.map((group, i) => parseGroup(ctx, collection, group, at(`group_by.${i}`)));
  const result = resultCollection(groups, measures, at("aggregates"));
  const having = input.having ? parseHaving(result, input.having, values, at("having")) : ALWAYS;
  return { measures, groups, having, sort: parseResultSort(result, input.sort, groups, at("sort")) };
}

function parseHaving(result: Collection, having: Json, values: FieldValue[], path: string): Condition {
  const relation = (): never => {
    throw invalid(path, "can only use the names of groups and results");
  };
  return new FilterParser({ mode: "slots", relation }, values).parse(result, having, path).condition;
}

/** Each time zone is scanned separately and makes the statement longer. */
function checkZones(group_by: readonly GroupInput[], path: string): void {
  const zones = new Set<string>();
  group_by.forEach((group, i) => {
    if (typeof group === "string" || !group.time_zone) return;
    zones.add(group.time_zone.toLowerCase());
    if (zones.size > MAX_ZONES)
      throw invalid(`${path}.${i}.time_zone`, `at most ${MAX_ZONES} zones in one request`, "LIMIT_EXCEEDED");
  });
}

function parseMeasure(
  ctx: RequestContext,
  collection: Collection,
  as: string,
  spec: MeasureInput,
  path: string,
): Measure {
  const { cast, ...functions } = spec;
  const entries = Object.entries(functions) as [AggregateFunction, string][];
  if (entries.length !== 1) throw invalid(path, `expected one of ${AGGREGATE_FUNCTIONS.join(", ")}`);
  const [fn, text] = entries[0]!;
  if (text === "*") {
    if (fn !== "count") throw invalid(`${path}.${fn}`, "* can only be used with count");
    return { name: as, fn, ...(cast && { cast }) };
  }
  const ref = parseReference(collection, text, `${path}.${fn}`, referenceContext(ctx));
  checkMeasure(fn, ref, `${path}.${fn}`);
  return { name: as, fn, ref, ...(cast && { cast }) };
}

function checkMeasure(fn: AggregateFunction, ref: FieldRef, path: string): void {
  if (ref.path) return;
  const field = resultField(ref);
  requireGrouped(field, path);
  if (fn === "count" || fn === "count_distinct" || fieldType(field).aggregates.includes(fn)) return;
  const why = fn === "sum" || fn === "avg" ? "cannot be summed" : "has no order";
  throw invalid(path, `${field.name} has the type ${field.type}, which ${why}`);
}

/** JSON is counted and grouped by the value at a path. */
function requireGrouped(field: Field, path: string): void {
  if (!fieldType(field).grouped) throw invalid(path, `name a path inside ${field.name}`);
}

/** A group before the time zone offsets for its items' times are known. */
export interface ParsedGroup {
  readonly name: string;
  readonly ref: FieldRef;
  readonly unit?: Bucket | undefined;
  readonly time_zone?: string | undefined;
  readonly cast?: "text";
  readonly path: string;
}

function parseGroup(ctx: RequestContext, collection: Collection, group: GroupInput, path: string): ParsedGroup {
  const spec = typeof group === "string" ? { field: group } : group;
  const ref = parseReference(collection, spec.field, path, referenceContext(ctx));
  const field = resultField(ref);
  if (!ref.path) requireGrouped(field, path);
  const name = groupName(group);
  const cast = "cast" in spec && spec.cast ? { cast: spec.cast } : {};
  if (!("bucket" in spec) || !spec.bucket) return { name, ref, path, ...cast };
  const { bucket: unit, time_zone } = spec;
  const calendar = ref.path ? undefined : fieldType(field).calendar;
  if (!calendar) throw invalid(`${path}.bucket`, `${excerpt(spec.field)} is not a timestamp or a date`);
  if (!calendar.zoned && (unit === "hour" || time_zone))
    throw invalid(`${path}.bucket`, "a date has no hours and no time zone");
  return { name, ref, unit, time_zone, path, ...cast };
}

export const UTC: ZoneOffsets = [{ from: null, minutes: 0 }];

export function groupTerm({ name, ref, unit, cast }: ParsedGroup, offsets: ZoneOffsets): GroupTerm {
  return { name, ref, ...(unit && { bucket: { unit, offsets } }), ...(cast && { cast }) };
}

/** The name of a group in the result. */
export function groupName(group: GroupInput): string {
  const spec = typeof group === "string" ? { field: group } : group;
  return ("as" in spec && spec.as) || spec.field.replaceAll(/[^a-z0-9]+/gi, "_");
}

/** The results as a collection, so that `having` is an ordinary filter on them. */
function resultCollection(groups: readonly ParsedGroup[], measures: readonly Measure[], path: string): Collection {
  const fields: Field[] = [
    ...groups.map(
      ({ name: as, ref, unit }): Field => (unit || ref.path ? textField(as) : { ...resultField(ref), name: as }),
    ),
    ...measures.map(({ name: as, fn, ref }): Field => ({ ...measureField(fn, ref), name: as })),
  ];
  const byName = new Map<string, Field>();
  for (const field of fields) {
    if (byName.has(field.name)) throw invalid(path, `two results have the name ${field.name}`);
    byName.set(field.name, field);
  }
  return {
    slug: "the result",
    kind: "managed",
    fields,
    columns: DEFAULT_COLUMNS,
    byName,
    stored: byName,
    id: "",
    workspaceId: "",
    version: 0,
    table: "",
    createdAt: "",
  };
}

function measureField(fn: AggregateFunction, ref: FieldRef | undefined): Field {
  if (fn === "count" || fn === "count_distinct") return integerField(fn);
  if (fn === "sum" || fn === "avg" || !ref || ref.path) return doubleField(fn);
  return resultField(ref);
}

/** By default in the order of the groups, so that pages are stable. */
function parseResultSort(
  result: Collection,
  sort: readonly SortInput[] | undefined,
  groups: readonly ParsedGroup[],
  path: string,
): Aggregate["sort"] {
  const sorted = (sort ?? []).map(({ path: as, direction }) => {
    if (!result.byName.has(as))
      throw invalid(
        path,
        `there is no result ${as}; there are ${[...result.byName.keys()].join(", ")}`,
        "UNKNOWN_FIELD",
      );
    return { name: as, direction };
  });
  const rest = groups.filter((group) => !sorted.some((term) => term.name === group.name));
  return [...sorted, ...rest.map((group) => ({ name: group.name, direction: "asc" as const }))];
}
