import {
  type Collection,
  type CollectionDefinition,
  checkPathSegment,
  coerce,
  coerceType,
  compilePattern,
  decimalUnits,
  type Field,
  type FieldType,
  invalid,
  isSystemField,
  type Json,
} from "@plinth/core";
import type { Catalog } from "../kernel/catalog.ts";

const TEXTS: readonly FieldType[] = ["text", "longtext", "file"];
const NUMBERS: readonly FieldType[] = ["integer", "number", "decimal"];
const TIMES: readonly FieldType[] = ["timestamp", "date"];
const UNIQUE: readonly FieldType[] = [
  "text",
  "integer",
  "decimal",
  "timestamp",
  "date",
  "uuid",
  "enum",
  "relation",
  "file",
  "number",
];

/** What a schema's shape alone cannot say; `given` are the fields of the request. Gives back the definition with defaults in the domain's form. */
export function checkDefinition(
  catalog: Catalog,
  definition: CollectionDefinition,
  given: readonly Field[] = definition.fields,
): CollectionDefinition {
  if (definition.kind === "document" && definition.fields.length > 0) {
    throw invalid("fields", "a document collection declares no fields");
  }
  const seen = new Set<string>();
  const fields = definition.fields.map((field, i) => {
    const at = `fields.${given === definition.fields ? i : indexIn(given, field)}`;
    if (isSystemField(field.name)) throw invalid(`${at}.name`, `every item already has a field ${field.name}`);
    if (seen.has(field.name)) throw invalid(`${at}.name`, `${field.name} is declared twice`);
    seen.add(field.name);
    return checkField(catalog, definition, field, at);
  });
  checkSets(definition, seen);
  checkPaths(definition);
  checkDefaultSort(definition, seen);
  return { ...definition, fields };
}

/** A change names some of the fields: errors count as the caller does. */
export function indexIn(given: readonly Field[], field: Field): number {
  return Math.max(
    given.findIndex((one) => one.name === field.name),
    0,
  );
}

function checkField(catalog: Catalog, definition: CollectionDefinition, field: Field, at: string): Field {
  const { slug } = definition;
  only(field, at, "minLength", TEXTS);
  only(field, at, "maxLength", TEXTS);
  only(field, at, "pattern", TEXTS);
  only(field, at, "min", [...NUMBERS, ...TIMES]);
  only(field, at, "max", [...NUMBERS, ...TIMES]);
  only(field, at, "values", ["enum"]);
  only(field, at, "to", ["relation", "relation_many"]);
  only(field, at, "via", ["relation_many"]);
  only(field, at, "through", ["relation_many"]);
  only(field, at, "target", ["relation_many"]);
  only(field, at, "onDelete", ["relation"]);
  only(field, at, "precision", ["decimal"]);
  only(field, at, "scale", ["decimal"]);
  if (field.unique) only(field, at, "unique", UNIQUE);
  if (field.indexed && field.type === "json")
    throw invalid(`${at}.indexed`, "a json field cannot be indexed as a whole");
  if (field.type === "enum" && !field.values) throw invalid(`${at}.values`, "an enum needs a list of values");
  if (field.values && new Set(field.values).size < field.values.length)
    throw invalid(`${at}.values`, "a value is listed twice");
  if (field.type === "decimal" && (field.scale ?? 2) > (field.precision ?? 18))
    throw invalid(`${at}.scale`, "cannot exceed precision");
  if (field.type === "relation_many") checkMany(catalog, slug, definition, field, at);
  if (field.type === "relation") checkRelation(catalog, slug, field, at);
  if (field.pattern !== undefined) checkPattern(field.pattern, `${at}.pattern`);
  for (const bound of ["min", "max"] as const) {
    if (field[bound] !== undefined) coerceType(field, field[bound], `${at}.${bound}`);
  }
  checkBounds(field, at);
  return field.default === undefined
    ? field
    : { ...field, default: checkDefault(field, field.default, `${at}.default`) };
}

/** A field that no value could ever fit is a slip of whoever defines it. */
function checkBounds(field: Field, at: string): void {
  const { min, max, minLength, maxLength } = field;
  if (min !== undefined && max !== undefined) {
    const [low, high] = [coerceType(field, min, `${at}.min`), coerceType(field, max, `${at}.max`)];
    const isLess =
      field.type === "decimal"
        ? decimalUnits(high as string) < decimalUnits(low as string)
        : (high as string | number) < (low as string | number);
    if (isLess) throw invalid(`${at}.max`, "is less than min, so no value is possible");
  }
  if (minLength !== undefined && maxLength !== undefined && maxLength < minLength)
    throw invalid(`${at}.maxLength`, "is less than minLength, so no value is possible");
}

function only(field: Field, at: string, key: keyof Field, types: readonly FieldType[]): void {
  if (field[key] !== undefined && !types.includes(field.type)) {
    throw invalid(`${at}.${key}`, `is for ${types.join(", ")}, but ${field.name} has the type ${field.type}`);
  }
}

function checkRelation(catalog: Catalog, slug: string, field: Field, at: string): void {
  if (!field.to) throw invalid(`${at}.to`, "expected the collection that the relation points to");
  if (field.to !== slug && !catalog.collections.has(field.to))
    throw invalid(`${at}.to`, `there is no collection ${field.to}`);
  if (field.onDelete === "set_null" && field.required)
    throw invalid(`${at}.onDelete`, "a required relation cannot become null");
}

/** Both ends of a list must exist: the field that points back, and with a junction the one that points on. */
function checkMany(catalog: Catalog, slug: string, definition: CollectionDefinition, field: Field, at: string): void {
  for (const key of ["required", "unique", "indexed", "default"] as const) {
    if (field[key] !== undefined && field[key] !== false)
      throw invalid(`${at}.${key}`, `${field.name} has no stored value`);
  }
  if (!field.to) throw invalid(`${at}.to`, "expected the collection that the relation points to");
  if (!field.via) throw invalid(`${at}.via`, "expected the relation field that points back to this collection");
  const fieldsIn = (name: string, key: "to" | "through"): readonly Field[] => {
    if (name === slug) return definition.fields;
    const collection = catalog.collections.get(name);
    if (!collection) throw invalid(`${at}.${key}`, `there is no collection ${name}`);
    return collection.fields;
  };
  const expectRelation = (
    fields: readonly Field[],
    name: string,
    to: string,
    key: "via" | "target",
    owner: string,
  ): void => {
    const found = fields.find((f) => f.name === name);
    if (found?.type !== "relation" || found.to !== to) {
      throw invalid(`${at}.${key}`, `${owner} has no relation field ${name} that points to ${to}`);
    }
  };
  const target = fieldsIn(field.to, "to");
  if (!field.through) {
    if (field.target) throw invalid(`${at}.target`, "needs through");
    expectRelation(target, field.via, slug, "via", field.to);
    return;
  }
  if (!field.target)
    throw invalid(`${at}.target`, `expected the relation field of ${field.through} that points to ${field.to}`);
  const junction = fieldsIn(field.through, "through");
  expectRelation(junction, field.via, slug, "via", field.through);
  expectRelation(junction, field.target, field.to, "target", field.through);
}

function checkPattern(pattern: string, at: string): void {
  try {
    compilePattern(pattern);
  } catch (error) {
    throw invalid(at, (error as Error).message);
  }
}

function checkDefault(field: Field, value: Json, at: string): Json {
  if (value === null) {
    if (field.required) throw invalid(at, "a required field cannot default to null");
    return null;
  }
  if (value === "$now" && TIMES.includes(field.type)) return value;
  if (value === "$uuid" && field.type === "uuid") return value;
  if (field.unique) throw invalid(at, "a unique field cannot have a constant default");
  return coerce(field, value, at);
}

function checkSets(definition: CollectionDefinition, names: ReadonlySet<string>): void {
  definition.indexes?.forEach((set, i) => {
    for (const name of set) {
      const type =
        definition.fields.find((field) => field.name === name)?.type ?? (isSystemField(name) ? "text" : undefined);
      if (!type) throw invalid(`indexes.${i}`, `there is no field ${name}`, "UNKNOWN_FIELD");
      if (type === "json" || type === "relation_many")
        throw invalid(`indexes.${i}`, `${name} has the type ${type} and cannot be indexed`);
    }
  });
  definition.uniqueTogether?.forEach((set, i) => {
    const at = `uniqueTogether.${i}`;
    if (new Set(set).size < set.length) throw invalid(at, "a field is named twice");
    for (const name of set) {
      if (!names.has(name) && name !== "owner_id") throw invalid(at, `there is no field ${name}`, "UNKNOWN_FIELD");
      const type = definition.fields.find((field) => field.name === name)?.type;
      if (type === "json" || type === "longtext" || type === "relation_many")
        throw invalid(at, `${name} has the type ${type} and cannot be part of a unique set`);
    }
  });
}

function checkPaths(definition: CollectionDefinition): void {
  definition.indexedPaths?.forEach((path, i) => {
    const at = `indexedPaths.${i}`;
    if (definition.kind !== "document")
      throw invalid(at, "is for document collections; set indexed on a field instead");
    const segments = path.split(".");
    for (const segment of segments) checkPathSegment(segment, at);
    if (isSystemField(segments[0]!))
      throw invalid(at, `${segments[0]} is a system field and cannot be an indexed path`);
  });
}

function checkDefaultSort(definition: CollectionDefinition, names: ReadonlySet<string>): void {
  if (definition.defaultSort === undefined || definition.kind === "document") return;
  for (const part of definition.defaultSort.split(",")) {
    const name = part.trim().replace(/^-/, "");
    if (!names.has(name) && !isSystemField(name))
      throw invalid("defaultSort", `there is no field ${name}`, "UNKNOWN_FIELD");
    if (definition.fields.find((field) => field.name === name)?.type === "json")
      throw invalid("defaultSort", `${name} is json and cannot be sorted`);
  }
}

/** Fields that are new or changed, merged into what is there. Type, target and precision cannot change. */
export function mergeFields(collection: Collection, changes: readonly Field[]): { fields: Field[]; added: Field[] } {
  const fields = [...collection.fields];
  const added: Field[] = [];
  changes.forEach((change, i) => {
    const index = fields.findIndex((field) => field.name === change.name);
    if (index < 0) {
      fields.push(change);
      added.push(change);
      return;
    }
    const before = fields[index]!;
    for (const key of ["type", "to", "via", "through", "target", "onDelete", "precision", "scale"] as const) {
      if (before[key] !== change[key])
        throw invalid(`fields.${i}.${key}`, `the field ${before.name} exists, and its ${key} cannot be changed`);
    }
    if (before.required && !change.required)
      throw invalid(`fields.${i}.required`, `${before.name} cannot become optional`);
    fields[index] = change;
  });
  return { fields, added };
}
