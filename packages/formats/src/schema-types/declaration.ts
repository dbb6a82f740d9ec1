import {
  FIELD_TYPE_NAMES,
  type Field,
  fieldType,
  isBuiltInField,
  isJson,
  isNumeric,
  isReference,
  isSystemField,
  isVirtual,
  OWNER_NAME,
  orderOf,
  PlinthError,
  type SystemCollection,
} from "@plinth/core";
import { typeOfSchema } from "./json-schema.ts";

const OPTIONAL = '"optional"';

/** A collection as `GET /api/collections` describes it. */
export interface DescribedCollection {
  readonly slug: string;
  readonly kind: string;
  readonly fields: readonly Field[];
  readonly system_fields: readonly Field[];
  readonly system?: SystemCollection;
  readonly note?: string;
}

/** The collection with an item for each account; undefined where the caller may not see it. */
export const usersOf = (collections: readonly DescribedCollection[]): string | undefined =>
  collections.find(({ system }) => system === "users")?.slug;

/** The type of a field in the generated schema; undefined: it leads to a collection that is not there. */
export function fieldDeclaration(
  field: Field,
  collection: DescribedCollection,
  slugs: ReadonlySet<string>,
  users: string | undefined,
): string | undefined {
  if (!FIELD_TYPE_NAMES.includes(field.type)) {
    const name = `${collection.slug}.${field.name}`;
    const message = `${name} has the type ${field.type}, which this version of plinth does not know: update it.`;
    throw new PlinthError("VALIDATION", message, { field: name });
  }
  const presence = JSON.stringify(presenceOf(field, collection));
  if (isVirtual(field)) {
    const whole = orderOf(field) ? "readonly string[]" : "";
    return slugs.has(field.to!) ? generic("Many", [JSON.stringify(field.to), whole], ["", ""]) : undefined;
  }
  const to = leadsToOwner(field, collection) ? users : isReference(field) ? field.to : undefined;
  if (to !== undefined && slugs.has(to))
    return generic("One", [JSON.stringify(to), orNull(field, "string"), presence], ["", "string | null", OPTIONAL]);
  const read = orNull(field, typeOfSchema(fieldType(field).rowSchema(field)));
  const write = orNull(field, typeOfSchema(fieldType(field).inputSchema(field)));
  return generic("Field", [read, JSON.stringify(kindOf(field)), presence, write], ["", "", OPTIONAL, read]);
}

/** The relation to the owner, which is no field: a collection with one of this name has its own. */
export function ownerDeclaration(collection: DescribedCollection, users: string | undefined): string | undefined {
  const isTaken = collection.fields.some(({ name }) => name === OWNER_NAME);
  const owned = collection.system_fields.find((field) => leadsToOwner(field, collection));
  return owned && users !== undefined && !isTaken ? `One<${JSON.stringify(users)}, string | null, "path">` : undefined;
}

function leadsToOwner({ name }: Field, { kind }: DescribedCollection): boolean {
  return name === "owner_id" && kind !== "document";
}

function presenceOf(field: Field, { system, system_fields }: DescribedCollection): string {
  const { name, required, default: byDefault } = field;
  if (system && (isSystemField(name) || isBuiltInField(system, name))) return "server";
  if (isSystemField(name) && system_fields.some((one) => one.name === name))
    return name === "id" ? "new" : name === "owner_id" ? "optional" : "server";
  return required && byDefault === undefined ? "required" : "optional";
}

function kindOf(field: Field): string {
  const { operators } = fieldType(field);
  if (isJson(field)) return "json";
  if (isNumeric(field)) return "number";
  if (operators.includes("text")) return "text";
  return operators.includes("order") ? "order" : "equal";
}

function orNull({ required }: Field, type: string): string {
  return required || type === "unknown" ? type : `${type} | null`;
}

/** The type without those of its last parameters that are as by default. */
function generic(name: string, given: readonly string[], defaults: readonly string[]): string {
  let length = given.length;
  while (given[length - 1] === defaults[length - 1]) length--;
  return `${name}<${given.slice(0, length).join(", ")}>`;
}
