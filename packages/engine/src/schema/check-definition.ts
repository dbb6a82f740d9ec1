import {
  type Collection,
  type CollectionDefinition,
  checkDefault,
  checkIndexedText,
  checkPathSegment,
  checkSettings,
  DEFAULT_COLUMNS,
  type Field,
  fieldType,
  indexedTexts,
  invalid,
  isReference,
  isSystemField,
  isVirtual,
  systemFields,
  withFreeColumn,
} from "@plinth/core";
import type { Catalog } from "../kernel/catalog.ts";
import { BUILT_IN } from "../kernel/sources.ts";

/**
 * Validates what the schema's shape alone cannot. `input` has the fields of the request. Returns the definition with
 * defaults in the domain's form.
 */
export function checkDefinition(
  catalog: Catalog,
  definition: CollectionDefinition,
  input: readonly Field[] = definition.fields,
): CollectionDefinition {
  if (definition.kind === "document" && definition.fields.length > 0) {
    throw invalid("fields", "a document collection declares no fields");
  }
  const seen = new Set<string>();
  const fields = definition.fields.map((field, i) => {
    const at = `fields.${input === definition.fields ? i : indexIn(input, field)}`;
    if (isSystemField(field.name)) throw invalid(`${at}.name`, `every item already has a field ${field.name}`);
    if (seen.has(field.name)) throw invalid(`${at}.name`, `${field.name} is declared twice`);
    seen.add(field.name);
    return checkField(catalog, definition, field, at);
  });
  checkSets(definition, seen);
  checkPaths(definition);
  checkDefaultSort(definition);
  const limits = indexedTexts(definition);
  for (const field of fields) {
    const at = `fields.${input === definition.fields ? fields.indexOf(field) : indexIn(input, field)}.default`;
    if (typeof field.default === "string") checkIndexedText({ index_bytes: limits.get(field.name) }, field.default, at);
  }
  return { ...definition, fields };
}

/** A change may name only some fields, so errors use the index in the caller's list. */
export function indexIn(input: readonly Field[], field: Field): number {
  return Math.max(
    input.findIndex((one) => one.name === field.name),
    0,
  );
}

function checkField(catalog: Catalog, definition: CollectionDefinition, field: Field, at: string): Field {
  const { slug } = definition;
  checkSettings(field, at);
  if (isVirtual(field)) checkMany(catalog, slug, definition, field, at);
  if (isReference(field)) checkReference(catalog, definition, field, at);
  return field.default === undefined
    ? field
    : { ...field, default: checkDefault(field, field.default, `${at}.default`) };
}

function checkReference(catalog: Catalog, definition: CollectionDefinition, { to }: Field, at: string): void {
  if (to !== definition.slug) relatedIn(catalog, definition, to!, `${at}.to`);
}

/** A collection that relations of `definition` may point to: one in the same database. */
function relatedIn(catalog: Catalog, { source }: CollectionDefinition, name: string, at: string): Collection {
  const collection = catalog.collections.get(name);
  if (!collection) throw invalid(at, `there is no collection ${name}`);
  if ((collection.source ?? BUILT_IN) !== (source ?? BUILT_IN))
    throw invalid(at, `${name} is in another data source, and relations do not leave theirs`);
  return collection;
}

/** Both ends of a list must exist: the field that points back, and with a junction the field that points on. */
function checkMany(catalog: Catalog, slug: string, definition: CollectionDefinition, field: Field, at: string): void {
  const { to, via, through, target: forth } = field as Field & { to: string; via: string };
  const fieldsIn = (name: string, key: "to" | "through"): readonly Field[] => {
    if (name === slug) return definition.fields;
    return relatedIn(catalog, definition, name, `${at}.${key}`).fields;
  };
  const expectRelation = (
    fields: readonly Field[],
    name: string,
    to: string,
    key: "via" | "target",
    owner: string,
  ): void => {
    const found = fields.find((f) => f.name === name);
    if (!found || !isReference(found) || found.to !== to) {
      throw invalid(`${at}.${key}`, `${owner} has no relation field ${name} that points to ${to}`);
    }
  };
  const target = fieldsIn(to, "to");
  if (!through) {
    expectRelation(target, via, slug, "via", to);
    return;
  }
  const junction = fieldsIn(through, "through");
  expectRelation(junction, via, slug, "via", through);
  expectRelation(junction, forth!, to, "target", through);
}

function fieldIn(definition: CollectionDefinition, name: string): Field | undefined {
  const own = systemFields(definition.columns ?? DEFAULT_COLUMNS);
  return [...own, ...definition.fields].find((field) => field.name === name);
}

function checkSets(definition: CollectionDefinition, names: ReadonlySet<string>): void {
  definition.indexes?.forEach((set, i) => {
    for (const name of set) {
      const field = fieldIn(definition, name);
      if (!field) throw invalid(`indexes.${i}`, `there is no field ${name}`, "UNKNOWN_FIELD");
      if (!fieldType(field).indexed)
        throw invalid(`indexes.${i}`, `${name} has the type ${field.type} and cannot be indexed`);
    }
  });
  definition.unique_together?.forEach((set, i) => {
    const at = `unique_together.${i}`;
    if (new Set(set).size < set.length) throw invalid(at, "a field is named twice");
    for (const name of set) {
      const field = names.has(name) || name === "owner_id" ? fieldIn(definition, name) : undefined;
      if (!field) throw invalid(at, `there is no field ${name}`, "UNKNOWN_FIELD");
      if (!fieldType(field).unique_together)
        throw invalid(at, `${name} has the type ${field.type} and cannot be part of a unique set`);
    }
  });
}

function checkPaths(definition: CollectionDefinition): void {
  definition.indexed_paths?.forEach((path, i) => {
    const at = `indexed_paths.${i}`;
    if (definition.kind !== "document")
      throw invalid(at, "is for document collections; set indexed on a field instead");
    const segments = path.split(".");
    for (const segment of segments) checkPathSegment(segment, at);
    if (isSystemField(segments[0]!))
      throw invalid(at, `${segments[0]} is a system field and cannot be an indexed path`);
  });
}

function checkDefaultSort(definition: CollectionDefinition): void {
  if (definition.default_sort === undefined || definition.kind === "document") return;
  for (const part of definition.default_sort.split(",")) {
    const name = part.trim().replace(/^-/, "");
    const field = fieldIn(definition, name);
    if (!field) throw invalid("default_sort", `there is no field ${name}`, "UNKNOWN_FIELD");
    if (!fieldType(field).sorted)
      throw invalid("default_sort", `${name} has the type ${field.type}, which has no order`);
  }
}

/** Merges new or changed fields into the existing ones. Type, target and precision cannot change. */
export function mergeFields(collection: Collection, changes: readonly Field[]): { fields: Field[]; added: Field[] } {
  const fields = [...collection.fields];
  const added: Field[] = [];
  changes.forEach((change, i) => {
    const index = fields.findIndex((field) => field.name === change.name);
    if (index < 0) {
      const field = withFreeColumn(change);
      fields.push(field);
      added.push(field);
      return;
    }
    const before = fields[index]!;
    for (const key of ["type", "to", "via", "through", "target", "on_delete", "precision", "scale"] as const) {
      if (before[key] !== change[key])
        throw invalid(`fields.${i}.${key}`, `the field ${before.name} exists, and its ${key} cannot be changed`);
    }
    if (before.required && !change.required)
      throw invalid(`fields.${i}.required`, `${before.name} cannot become optional`);
    fields[index] = { ...change, ...(before.column !== undefined && { column: before.column }) };
  });
  return { fields, added };
}
