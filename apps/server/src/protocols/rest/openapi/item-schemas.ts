import {
  type Collection,
  type Field,
  FULL_ACCESS,
  fieldPolicyOf,
  fieldType,
  isVirtual,
  orderOf,
  type ReadPolicy,
} from "@plinth/core";
import { type RequestContext, readPolicy } from "@plinth/engine";
import { type JsonSchema, nullable, ref, TEXT, UUID } from "../../../http/openapi/json-schema.ts";
import type { ItemSchemas } from "../../../http/route.ts";
import { type WriteRights, writeRights } from "../../../http/write-rights.ts";
import { inputProperty, type Readable, rowProperty } from "./field-schema.ts";

export interface CollectionPart {
  items: ItemSchemas;
  schemas: Record<string, JsonSchema>;
}

/** What the caller may do with a collection, or undefined where it may not read it. */
export function collectionPart(ctx: RequestContext, collection: Collection): CollectionPart | undefined {
  const { catalog, principal } = ctx;
  const policy = readPolicy(catalog, principal, collection);
  if (!policy) return undefined;
  const { slug } = collection;
  const { maxLimit } = ctx.engine.config;
  const readable = (other: string): boolean => {
    const target = catalog.collections.get(other);
    return target !== undefined && readPolicy(catalog, principal, target) !== null;
  };
  const rights = writeRights(ctx, collection);
  const { creatable, updatable, presets } = rights;
  const may = { read: true, create: rights.create, update: rights.update, delete: rights.delete };
  const update = { writable: updatable, presets: {} };
  // The form of a new item is also that of one that is replaced.
  const writable = (field: string): boolean => creatable(field) || (may.update && updatable(field));
  const create = may.create ? { writable, presets } : update;
  const names = { item: `${slug}_item`, create: `${slug}_create`, patch: `${slug}_patch` };
  return {
    items: { slug, item: ref(names.item), create: ref(names.create), patch: ref(names.patch), may, maxLimit },
    schemas: {
      [names.item]: itemSchema(collection, policy, readable),
      ...((may.create || may.update) && { [names.create]: createSchema(collection, create, readable) }),
      ...(may.update && { [names.patch]: patchSchema(collection, update, readable) }),
    },
  };
}

/** Which fields a caller may write, and which the rules set. */
interface WritableFields {
  readonly writable: (field: string) => boolean;
  readonly presets: WriteRights["presets"];
}

/** A row as the caller sees it. Fields that are hidden in some rows may be null there. */
export function itemSchema(
  collection: Collection,
  policy: ReadPolicy = FULL_ACCESS,
  readable: Readable = () => true,
): JsonSchema {
  const related = (field: Field): boolean => field.to !== undefined && readable(field.to);
  const shown = [...collection.byName.values()].filter((field) => fieldPolicyOf(policy, field.name) !== undefined);
  const properties = shown.flatMap((field) => {
    if (isVirtual(field)) return related(field) ? [[field.name, listed(field)] as const] : [];
    const property = rowProperty(field, fieldPolicyOf(policy, field.name) !== null, readable);
    return [[field.name, related(field) ? expandable(field, property) : property] as const];
  });
  return {
    type: "object",
    ...(collection.note !== undefined && { description: collection.note }),
    properties: Object.fromEntries(properties),
    // A request may omit everything else by `fields`, and add values with an alias.
    required: ["id"],
    additionalProperties: true,
  };
}

function listed(field: Field): JsonSchema {
  const items = ref(`${field.to}_item`);
  return { type: "array", items, description: `${field.note ?? ""} Only with \`expand\`.`.trim() };
}

function expandable(field: Field, { anyOf: _, description, ...rest }: JsonSchema): JsonSchema {
  const expanded = [rest.type === undefined ? UUID : { ...rest }, ref(`${field.to}_item`)];
  const anyOf = field.required ? expanded : [...expanded, { type: "null" }];
  return { anyOf, description: `${description ?? ""} With \`expand\`, the item itself.`.trim() };
}

function orderedInput(field: Field): JsonSchema {
  const description = `${field.note ?? ""} The whole list, in its order.`.trim();
  return { ...fieldType(field).inputSchema(field), description };
}

function createSchema(collection: Collection, { writable, presets }: WritableFields, readable: Readable): JsonSchema {
  const { fields, kind, note } = collection;
  const isRequired = ({ required, default: byDefault, name }: Field): boolean =>
    required === true && byDefault === undefined && writable(name) && !Object.hasOwn(presets, name);
  const required = fields.filter(isRequired).map((field) => field.name);
  return {
    type: "object",
    ...(note !== undefined && { description: note }),
    properties: {
      id: { ...UUID, description: "Made by the server where it is left out" },
      ...declared(collection, writable, readable),
    },
    ...(required.length > 0 && { required }),
    additionalProperties: kind === "document",
  };
}

function patchSchema(collection: Collection, { writable }: WritableFields, readable: Readable): JsonSchema {
  return {
    type: "object",
    properties: declared(collection, writable, readable),
    additionalProperties: collection.kind === "document",
  };
}

function declared(
  { fields, columns }: Collection,
  writable: WritableFields["writable"],
  readable: Readable,
): Record<string, JsonSchema> {
  const own = fields.filter((field) => writable(field.name));
  const properties = own.flatMap((field): [string, JsonSchema][] => {
    if (!isVirtual(field)) return [[field.name, inputProperty(field, readable)]];
    return orderOf(field) ? [[field.name, orderedInput(field)]] : [];
  });
  return {
    ...Object.fromEntries(properties),
    ...(columns.owner && writable("owner_id") && { owner_id: nullable(TEXT) }),
  };
}
