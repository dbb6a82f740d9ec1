import {
  type Collection,
  type CollectionDefinition,
  checkDefault,
  checkIndexedText,
  checkPathSegment,
  checkSettings,
  completeField,
  DEFAULT_COLUMNS,
  excerpt,
  type Field,
  fieldType,
  indexedTexts,
  invalid,
  isReference,
  isSystemField,
  isVirtual,
  orderOf,
  suggest,
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
  checkSets(definition);
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
  const isNear = (one: Collection): boolean => (one.source ?? BUILT_IN) === (source ?? BUILT_IN);
  if (!collection) {
    const near = [...catalog.collections.values()].filter(isNear).map(({ slug }) => slug);
    throw invalid(at, `there is no collection ${excerpt(name)}${suggest(name, near, "there are")}`);
  }
  if (!isNear(collection)) throw invalid(at, `${name} is in another data source, and relations do not leave theirs`);
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
      throw invalid(
        `${at}.${key}`,
        `${excerpt(owner)} has no relation field ${excerpt(name)} that points to ${excerpt(to)}`,
      );
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
  const order = orderOf(field);
  if (order && !junction.some(({ name, type }) => name === order.name && type === order.type))
    throw invalid(`${at}.through`, `${excerpt(through)} has no field ${order.name} of the type ${order.type}`);
}

/** The field of that name. An unknown name's error suggests only what `fits`, as anything else would be refused too. */
function fieldIn(definition: CollectionDefinition, name: string, at: string, fits: (field: Field) => boolean): Field {
  const all = [...definition.fields, ...systemFields(definition.columns ?? DEFAULT_COLUMNS)];
  const field = all.find((one) => one.name === name);
  if (field) return field;
  const possible = all.filter(fits).map((one) => one.name);
  throw invalid(at, `there is no field ${excerpt(name)}${suggest(name, possible, "possible are")}`, "UNKNOWN_FIELD");
}

const isIndexable = (field: Field): boolean => fieldType(field).indexed;
const isSortable = (field: Field): boolean => fieldType(field).sorted;
/** Of the system fields only the owner makes sense in a set: the others are unique anyway, or change with each write. */
const mayBeInSet = (name: string): boolean => !isSystemField(name) || name === "owner_id";
const isUniqueTogether = (field: Field): boolean => mayBeInSet(field.name) && fieldType(field).unique_together;

function checkSets(definition: CollectionDefinition): void {
  definition.indexes?.forEach((set, i) => {
    for (const name of set) {
      const at = `indexes.${i}`;
      const field = fieldIn(definition, name, at, isIndexable);
      if (!isIndexable(field)) throw invalid(at, `${name} has the type ${field.type} and cannot be indexed`);
    }
  });
  definition.unique_together?.forEach((set, i) => {
    const at = `unique_together.${i}`;
    if (new Set(set).size < set.length) throw invalid(at, "a field is named twice");
    for (const name of set) {
      const field = fieldIn(definition, name, at, isUniqueTogether);
      if (!mayBeInSet(name)) throw invalid(at, `${name} is a system field and cannot be part of a unique set`);
      if (!isUniqueTogether(field))
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
    const field = fieldIn(definition, name, "default_sort", isSortable);
    if (!isSortable(field)) throw invalid("default_sort", `${name} has the type ${field.type}, which has no order`);
  }
}

/** Merges new or changed fields into the existing ones. Type, target and precision cannot change. */
export function mergeFields(collection: Collection, changes: readonly Field[]): { fields: Field[]; added: Field[] } {
  const fields = [...collection.fields];
  const added: Field[] = [];
  changes
    .map((field) => completeField(field, collection.slug))
    .forEach((change, i) => {
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
      if (orderOf(before) && (before.delete_with_item ?? false) !== (change.delete_with_item ?? false))
        throw invalid(
          `fields.${i}.delete_with_item`,
          `the list ${before.name} exists; change it of the field ${before.target} of ${before.through}`,
        );
      if (before.required && !change.required)
        throw invalid(`fields.${i}.required`, `${before.name} cannot become optional`);
      fields[index] = { ...change, ...(before.column !== undefined && { column: before.column }) };
    });
  return { fields, added };
}
