import {
  type Aggregate,
  type AggregateFunction,
  ALWAYS,
  BUCKETS,
  type Collection,
  DataError,
  type Field,
  type FieldRef,
  type FieldValue,
  FilterParser,
  type GroupTerm,
  invalid,
  type Measure,
  PlinthError,
  parseReference,
  type Row,
  resultField,
  type ZoneOffsets,
} from "@plinth/core";
import * as z from "zod";
import { requireReadAccess } from "../access/read-access.ts";
import { collectionOf } from "../catalog.ts";
import type { Scope } from "../engine.ts";
import { parseFilter, referenceContext } from "./query-parts.ts";
import { requireScannable } from "./scan-fence.ts";
import { zoneOffsets } from "./time-zone.ts";

const FUNCTIONS = ["count", "count_distinct", "sum", "avg", "min", "max"] as const satisfies AggregateFunction[];
const name = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "must start with a letter and hold only a-z, 0-9 and _");

export const aggregateSchema = z.strictObject({
  aggregates: z
    .record(name, z.partialRecord(z.enum(FUNCTIONS), z.string()))
    .describe('Names for results: {"films": {"count": "*"}, "best": {"max": "rating"}}'),
  groupBy: z
    .array(
      z.union(
        [
          z.string(),
          z.strictObject({
            field: z.string(),
            as: name.optional(),
            bucket: z.enum(BUCKETS).optional(),
            timeZone: z.string().max(64).optional(),
          }),
        ],
        { error: `expected a field, or {"field", "as", "bucket": ${BUCKETS.join("|")}, "timeZone"}` },
      ),
    )
    .max(10)
    .default([]),
  filter: z.record(z.string(), z.json()).optional(),
  having: z.record(z.string(), z.json()).optional(),
  sort: z.string().max(500).optional(),
  limit: z.int().min(1).default(50),
  offset: z.int().min(0).default(0),
});

export type AggregateInput = z.infer<typeof aggregateSchema>;

const MAX_ZONES = 2;
const NUMERIC: readonly string[] = ["integer", "number", "decimal"];

/** `POST /api/items/:slug/aggregate`: one row a group, under the caller's read rule. */
export async function aggregateItems(scope: Scope, slug: string, input: AggregateInput): Promise<Row[]> {
  const collection = collectionOf(scope.catalog, slug);
  const access = requireReadAccess(scope.catalog, scope.principal, collection);
  if (input.limit > scope.engine.config.maxLimit) throw invalid("limit", `at most ${scope.engine.config.maxLimit}`);
  const values: FieldValue[] = [];
  const where = parseFilter(scope, collection, input.filter, values).condition;
  const measures = Object.entries(input.aggregates).map(([as, spec]) => parseMeasure(scope, collection, as, spec));
  if (measures.length === 0) throw invalid("aggregates", "name at least one");
  checkZones(input.groupBy);
  await requireScannable(scope, { collection, access, where }, values);
  const groups: GroupTerm[] = [];
  for (const [i, group] of input.groupBy.entries()) {
    groups.push(await parseGroup(scope, collection, { access, where, values }, group, `groupBy.${i}`));
  }
  const result = resultCollection(groups, measures);
  const parser = new FilterParser({ mode: "slots", relation: unreachable }, values);
  const having = input.having ? parser.parse(result, input.having, "having").condition : ALWAYS;
  const sort = parseResultSort(result, input.sort, groups);
  const tree: Aggregate = {
    collection,
    access,
    where,
    groups,
    measures,
    having,
    sort,
    limit: { value: input.limit },
    ...(input.offset > 0 && { offset: { value: input.offset } }),
  };
  try {
    return await scope.store.aggregate(tree, { values, variables: scope.variables });
  } catch (error) {
    if (!(error instanceof DataError) || error.kind !== "too_large") throw error;
    const message = "aggregates: a result is more than a number can hold";
    throw new PlinthError("LIMIT_EXCEEDED", message, { field: "aggregates" }, { cause: error });
  }
}

/** Each zone is looked through on its own, and makes the statement longer. */
function checkZones(groupBy: AggregateInput["groupBy"]): void {
  const zones = new Set<string>();
  groupBy.forEach((group, i) => {
    if (typeof group === "string" || !group.timeZone) return;
    zones.add(group.timeZone.toLowerCase());
    if (zones.size > MAX_ZONES)
      throw invalid(`groupBy.${i}.timeZone`, `at most ${MAX_ZONES} zones in one request`, "LIMIT_EXCEEDED");
  });
}

function unreachable(): never {
  throw invalid("having", "speaks of the results only");
}

function parseMeasure(
  scope: Scope,
  collection: Collection,
  as: string,
  spec: Partial<Record<AggregateFunction, string>>,
): Measure {
  const path = `aggregates.${as}`;
  const entries = Object.entries(spec) as [AggregateFunction, string][];
  if (entries.length !== 1) throw invalid(path, `expected one of ${FUNCTIONS.join(", ")}`);
  const [fn, text] = entries[0]!;
  if (text === "*") {
    if (fn !== "count") throw invalid(`${path}.${fn}`, "only rows as such can be counted with *");
    return { name: as, fn };
  }
  const ref = parseReference(collection, text, `${path}.${fn}`, referenceContext(scope));
  checkMeasure(fn, ref, `${path}.${fn}`);
  return { name: as, fn, ref };
}

function checkMeasure(fn: AggregateFunction, ref: FieldRef, path: string): void {
  const { type } = ref.path ? { type: "number" } : resultField(ref);
  if (type === "json") throw invalid(path, `name a path inside ${ref.field.name}`);
  if ((fn === "sum" || fn === "avg") && !NUMERIC.includes(type))
    throw invalid(path, `${ref.field.name} is a ${type} and cannot be summed`);
  if ((fn === "min" || fn === "max") && ["boolean", "uuid", "relation"].includes(type)) {
    throw invalid(path, `${ref.field.name} is a ${type} and has no order`);
  }
}

type Source = Pick<Aggregate, "access" | "where"> & { values: FieldValue[] };

async function parseGroup(
  scope: Scope,
  collection: Collection,
  source: Source,
  group: AggregateInput["groupBy"][number],
  path: string,
): Promise<GroupTerm> {
  const spec = typeof group === "string" ? { field: group } : group;
  const ref = parseReference(collection, spec.field, path, referenceContext(scope));
  const field = resultField(ref);
  if (field.type === "json" && !ref.path) throw invalid(path, `name a path inside ${field.name}`);
  const as = "as" in spec && spec.as ? spec.as : spec.field.replaceAll(/[^a-z0-9]+/gi, "_");
  if (!("bucket" in spec) || !spec.bucket) return { name: as, ref };
  const { bucket, timeZone } = spec;
  if (ref.path || (field.type !== "timestamp" && field.type !== "date"))
    throw invalid(`${path}.bucket`, `${spec.field} is no timestamp or date`);
  if (field.type === "date" && (bucket === "hour" || timeZone))
    throw invalid(`${path}.bucket`, "a date has no hours and no zone");
  const offsets = timeZone ? await offsetsOf(scope, collection, source, ref, timeZone, path) : UTC;
  return { name: as, ref, bucket: { unit: bucket, offsets } };
}

const UTC: ZoneOffsets = [{ from: null, minutes: 0 }];

/** A zone's offsets over the time that the rows span. */
async function offsetsOf(
  scope: Scope,
  collection: Collection,
  source: Source,
  ref: FieldRef,
  timeZone: string,
  path: string,
): Promise<ZoneOffsets> {
  const { access, where, values } = source;
  const measures: Measure[] = [
    { name: "first", fn: "min", ref },
    { name: "last", fn: "max", ref },
  ];
  const tree: Aggregate = {
    collection,
    access,
    where,
    groups: [],
    measures,
    having: ALWAYS,
    sort: [],
    limit: { value: 1 },
  };
  const [span] = await scope.store.aggregate(tree, { values, variables: scope.variables });
  const { first, last } = span as { first: string | null; last: string | null };
  const now = scope.variables.now;
  return zoneOffsets(timeZone, first ?? now, last ?? now, `${path}.timeZone`);
}

/** Results as a collection, so that `having` is an ordinary filter over them. */
function resultCollection(groups: readonly GroupTerm[], measures: readonly Measure[]): Collection {
  const fields: Field[] = [
    ...groups.map(
      ({ name: as, ref, bucket }): Field =>
        ({ ...(bucket || ref.path ? { type: "text" } : resultField(ref)), name: as }) as Field,
    ),
    ...measures.map(({ name: as, fn, ref }): Field => ({ ...measureField(fn, ref), name: as })),
  ];
  const byName = new Map<string, Field>();
  for (const field of fields) {
    if (byName.has(field.name)) throw invalid("aggregates", `two results are called ${field.name}`);
    byName.set(field.name, field);
  }
  return {
    slug: "the result",
    kind: "managed",
    fields,
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
  if (fn === "count" || fn === "count_distinct") return { name: fn, type: "integer" };
  if (fn === "sum" || fn === "avg" || !ref || ref.path) return { name: fn, type: "number" };
  return resultField(ref);
}

/** By default in the order of the groups, so that pages are stable. */
function parseResultSort(
  result: Collection,
  text: string | undefined,
  groups: readonly GroupTerm[],
): Aggregate["sort"] {
  const given = (text === undefined ? [] : text.split(",")).map((part) => {
    const as = part.trim().replace(/^[-+]/, "");
    if (!result.byName.has(as))
      throw invalid(
        "sort",
        `there is no result ${as}; there are ${[...result.byName.keys()].join(", ")}`,
        "UNKNOWN_FIELD",
      );
    return { name: as, direction: part.trim().startsWith("-") ? ("desc" as const) : ("asc" as const) };
  });
  const rest = groups.filter((group) => !given.some((term) => term.name === group.name));
  return [...given, ...rest.map((group) => ({ name: group.name, direction: "asc" as const }))];
}
