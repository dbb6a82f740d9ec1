import { BUCKETS, type CollectionDefinition, type Field, isVirtual, type Json, type JsonObject } from "@plinth/core";
import { CALLERS, type Caller, type Operation, type ReadParameters } from "../case.ts";
import { filterOf, relatedAggregateOf } from "./filters.ts";
import { collectionOf, fieldsOf, listsOf, type Model, relationsOf, someId } from "./model.ts";
import { JSON_KEYS } from "./values.ts";

export function someCaller(model: Model): Caller {
  return model.random.chance(0.5) ? "admin" : model.random.pick(CALLERS);
}

export function readOf(model: Model): Operation {
  const { random } = model;
  const collection = random.pick([...model.collections.keys()]);
  const definition = collectionOf(model, collection);
  const as = someCaller(model);
  return random.weighted<Operation>([
    [6, () => ({ do: "list", as, collection, parameters: listParameters(model, definition) })],
    [2, () => pagesOf(model, definition, as)],
    [2, () => ({ do: "aggregate", as, collection, body: aggregateOf(model, definition) })],
    [1, () => ({ do: "get", as, collection, id: someId(model, collection), parameters: selection(model, definition) })],
  ]);
}

export function listParameters(model: Model, definition: CollectionDefinition): ReadParameters {
  const { random } = model;
  return {
    ...(random.chance(0.75) && { filter: filterOf(model, definition) }),
    ...(random.chance(0.6) && { sort: sortOf(model, definition) }),
    ...selection(model, definition),
    ...(random.chance(0.3) && { limit: random.int(1, 6) }),
    ...(random.chance(0.2) && { offset: random.int(0, 4) }),
    ...(random.chance(0.3) && { meta: random.pick(["filter_count", "total_count", "*"]) }),
  };
}

function pagesOf(model: Model, definition: CollectionDefinition, as: Caller): Operation {
  const { random } = model;
  const parameters: ReadParameters = {
    ...(random.chance(0.3) && { filter: filterOf(model, definition, 1) }),
    ...(random.chance(0.85) && { sort: sortOf(model, definition) }),
    fields: "id",
    limit: random.int(1, 4),
  };
  return { do: "list", as, collection: definition.slug, parameters, pages: 8 };
}

function sortOf(model: Model, definition: CollectionDefinition): string {
  const { random } = model;
  const terms = random.times(random.int(1, 3), () => random.pick(["", "-"]) + sortTerm(model, definition, 2));
  return terms.join(",");
}

function sortTerm(model: Model, definition: CollectionDefinition, hops: number): string {
  const { random } = model;
  const relations = relationsOf(definition);
  if (hops > 0 && relations.length > 0 && random.chance(0.25)) {
    const relation = random.pick(relations);
    return `${relation.name}.${sortTerm(model, collectionOf(model, relation.to!), hops - 1)}`;
  }
  if (hops === 2 && random.chance(0.2)) {
    const aggregate = relatedAggregateOf(model, definition);
    if (aggregate) return aggregate.text;
  }
  if (definition.kind === "document" && random.chance(0.8)) return jsonPath(model);
  const field = random.pick(fieldsOf(definition).filter((one) => !isVirtual(one)));
  return field.type === "json" ? `${field.name}.${jsonPath(model)}` : field.name;
}

function jsonPath({ random }: Model): string {
  const position = (): string => (random.chance(0.15) ? random.pick(["[0]", "[1]", "[-1]", "[0][-2]"]) : "");
  return random.times(random.int(1, 2), () => random.pick(JSON_KEYS) + position()).join(".");
}

function selection(model: Model, definition: CollectionDefinition): ReadParameters {
  const { random } = model;
  return {
    ...(random.chance(0.25) && { fields: fieldsText(model, definition, 2) }),
    ...(random.chance(0.35) && { expand: expandOf(model, definition, 2) }),
  };
}

function fieldsText(model: Model, definition: CollectionDefinition, depth: number): string {
  const { random } = model;
  const names = fieldsOf(definition).map((field) => {
    const related = field.type === "relation" || field.type === "relation_many";
    if (!related || depth === 0 || random.chance(0.5)) return field.name;
    if (random.chance(0.4)) return `${field.name}.*`;
    return `${field.name}.${random.pick(fieldsOf(collectionOf(model, field.to!)).filter((f) => !isVirtual(f))).name}`;
  });
  if (definition.kind === "document") names.push(...JSON_KEYS.slice(0, 3));
  const own = random.some(names, 0.4);
  return [...(own.length > 0 ? own : ["*"]), ...(random.chance(0.4) ? computed(model, definition, "o") : [])].join(",");
}

/** What each type can be read as; some of it only now and then. */
const CASTS: Record<string, readonly string[]> = {
  integer: ["text", "number", "boolean"],
  number: ["text", "integer"],
  decimal: ["text", "number", "integer"],
  boolean: ["text", "integer", "number"],
  timestamp: ["text", "date"],
  date: ["text", "timestamp"],
  json: ["text", "text", "boolean"],
};

/** Values under names of their own: what is inside JSON, and other types. */
function computed(model: Model, definition: CollectionDefinition, prefix: string): string[] {
  const { random } = model;
  return random.times(random.int(1, 2), (i) => {
    const field = random.pick(fieldsOf(definition).filter((one) => !isVirtual(one)));
    const inside = definition.kind === "document" ? jsonPath(model) : `${field.name}.${jsonPath(model)}`;
    const json = definition.kind === "document" || (field.type === "json" && random.chance(0.8));
    const cast = random.pick(CASTS[json ? "json" : field.type] ?? ["text"]);
    const cannot = field.type === "json" && !json;
    return `${prefix}${i}:${json ? inside : field.name}${!cannot && random.chance(0.4) ? `::${cast}` : ""}`;
  });
}

function expandOf(model: Model, definition: CollectionDefinition, depth: number): JsonObject {
  const { random } = model;
  const wanted = random.some([...relationsOf(definition), ...listsOf(definition)], 0.6);
  return Object.fromEntries(wanted.map((field, i) => expansion(model, field, i, depth - 1)));
}

function expansion(model: Model, field: Field, index: number, depth: number): [string, Json] {
  const { random } = model;
  const as = random.chance(0.25) ? `x${index}` : field.name;
  const options = random.chance(0.2) ? groups(model, field) : level(model, field, depth);
  if (options === true && as === field.name) return [as, true];
  const own: JsonObject = options === true ? {} : (options as JsonObject);
  // Without names of their own, spread values take those of fields.
  const spread = random.chance(0.15) && !("aggregates" in own);
  const fields = spread && computed(model, collectionOf(model, field.to!), `s${index}${depth + 1}`).join(",");
  return [
    as,
    {
      ...own,
      ...(as !== field.name && { relation: field.name }),
      ...(random.chance(0.15) && { required: true }),
      ...(fields && { spread, fields }),
    },
  ];
}

/** What is computed of the related items. */
function groups(model: Model, field: Field): JsonObject {
  const { random } = model;
  const { group_by, having, ...rest } = aggregateOf(model, collectionOf(model, field.to!));
  const inUtc = (group_by as JsonObject[]).map(({ time_zone: _, ...group }) => group);
  const alone = inUtc.length === 0 && random.chance(0.95);
  return { ...rest, group_by: inUtc, ...(having !== undefined && !alone && { having }) };
}

function level(model: Model, field: Field, depth: number): Json {
  const { random } = model;
  if (random.chance(0.3)) return true;
  const target = collectionOf(model, field.to!);
  const many = isVirtual(field);
  return {
    ...(many && random.chance(0.4) && { filter: filterOf(model, target, 1) }),
    ...(many && random.chance(0.5) && { sort: sortOf(model, target) }),
    ...(many && random.chance(0.4) && { limit: random.int(1, 3) }),
    ...(many && random.chance(0.2) && { offset: random.int(0, 2) }),
    ...(random.chance(0.3) && { fields: fieldsText(model, target, 0) }),
    ...(depth > 0 && random.chance(0.5) && { expand: expandOf(model, target, depth) }),
  };
}

const ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC", "Pacific/Apia", "Australia/Lord_Howe"];

/** One of them is the name of what tells rows of other results apart. */
const NAMES = ["m0", "m1", "id"];

export function aggregateOf(model: Model, definition: CollectionDefinition): JsonObject {
  const { random } = model;
  const group_by = random.times(random.int(0, 2), (i) => groupOf(model, definition, `g${i}`));
  const aggregates = Object.fromEntries(
    random.times(random.int(1, 3), (i) => [NAMES[i]!, measureOf(model, definition)]),
  );
  // Where sums are not exact, nothing is decided by them.
  const decides = Object.keys(aggregates).filter(
    (name) => model.tame || !/sum|avg/.test(JSON.stringify(aggregates[name])),
  );
  const results = [...group_by.map((group) => group.as as string), ...decides];
  const sort = random.some(results, 0.4).map((name) => random.pick(["", "-"]) + name);
  return {
    aggregates,
    group_by,
    ...(random.chance(0.4) && { filter: filterOf(model, definition, 2) }),
    ...(sort.length > 0 && { sort: sort.join(",") }),
    ...(decides.length > 0 && random.chance(0.3) && { having: havingOf(model, random.pick(decides), aggregates) }),
    ...(random.chance(0.2) && { limit: random.int(1, 5) }),
    ...(random.chance(0.1) && { offset: random.int(0, 3) }),
  };
}

function groupOf(model: Model, definition: CollectionDefinition, as: string): JsonObject {
  const { random } = model;
  const field = sortTerm(model, definition, 1);
  const own = fieldsOf(definition).find((one) => one.name === field);
  if (own?.type === "timestamp" && random.chance(0.8)) {
    return { field, as, bucket: random.pick(BUCKETS), ...(random.chance(0.5) && { time_zone: random.pick(ZONES) }) };
  }
  if (own?.type === "date" && random.chance(0.6)) return { field, as, bucket: random.pick(BUCKETS.slice(1)) };
  return { field, as };
}

function measureOf(model: Model, definition: CollectionDefinition): JsonObject {
  const { random } = model;
  if (random.chance(0.3)) return { count: "*" };
  const field = random.pick(fieldsOf(definition).filter((one) => !isVirtual(one)));
  if (field.type === "json")
    return { [random.pick(["count", "min", "max", "count_distinct"])]: `${field.name}.${jsonPath(model)}` };
  const summable = field.type === "integer" || field.type === "decimal" || (field.type === "number" && model.tame);
  const ordered = !["boolean", "uuid", "relation"].includes(field.type);
  const fns = ["count", "count_distinct", ...(summable ? ["sum", "avg"] : []), ...(ordered ? ["min", "max"] : [])];
  return { [random.pick(fns)]: field.name };
}

function havingOf(model: Model, name: string, aggregates: JsonObject): JsonObject {
  const { random } = model;
  const [fn] = Object.keys(aggregates[name] as JsonObject);
  if (fn === "min" || fn === "max") return { [name]: { _null: random.chance(0.5) } };
  return { [name]: { [random.pick(["_gt", "_gte", "_lt", "_eq", "_neq"])]: random.pick([0, 1, 2, 0.5]) } };
}
