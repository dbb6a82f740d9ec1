import { invalid } from "../errors.ts";
import type { Field, Json } from "../schema.ts";
import { coerce, fieldType, isVirtual } from "./ask.ts";
import type { FieldSetting, FieldTypeDefinition } from "./definition.ts";
import { FIELD_TYPE_NAMES, FIELD_TYPES } from "./table.ts";

/** Whether a field's settings fit its type and each other; settings about other collections are not checked. */
export function checkSettings(field: Field, at: string): void {
  for (const setting of SETTINGS) {
    if (field[setting] !== undefined)
      requireType(field, `${at}.${setting}`, ({ settings }) => settings.includes(setting));
  }
  const type = fieldType(field);
  if (field.indexed_ignore_case)
    requireType(field, `${at}.indexed_ignore_case`, ({ operators }) => operators.includes("text"));
  if (!isVirtual(field)) {
    if (field.unique) requireType(field, `${at}.unique`, ({ unique }) => unique);
    if (field.indexed && !type.indexed && !type.indexesMembers)
      throw invalid(`${at}.indexed`, `a field of the type ${field.type} cannot be indexed as a whole`);
  }
  type.checkSettings?.(field, at);
}

const SETTINGS: readonly FieldSetting[] = [...new Set(FIELD_TYPE_NAMES.flatMap((name) => FIELD_TYPES[name].settings))];

function requireType(field: Field, at: string, has: (type: FieldTypeDefinition) => boolean): void {
  if (has(fieldType(field))) return;
  const types = FIELD_TYPE_NAMES.filter((name) => has(FIELD_TYPES[name]));
  throw invalid(at, `is for ${types.join(", ")}, but ${field.name} has the type ${field.type}`);
}

/** The default in wire form, or the keyword of one that is generated for each item. */
export function checkDefault(field: Field, value: Json, at: string): Json {
  if (value === null) {
    if (field.required) throw invalid(at, "a required field cannot default to null");
    return null;
  }
  if ((fieldType(field).defaults as readonly Json[]).includes(value)) return value;
  if (field.unique) throw invalid(at, "a unique field cannot have a constant default");
  return coerce(field, value, at);
}
