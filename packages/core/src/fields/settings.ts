import { invalid } from "../errors.ts";
import { fieldType, isReference, isVirtual } from "./ask.ts";
import type { FieldSetting, FieldTypeDefinition } from "./definition.ts";
import type { Field } from "./field.ts";
import { FOLDED_INDEXES } from "./folded-indexes.ts";
import { FIELD_TYPE_NAMES, FIELD_TYPES } from "./table.ts";

/** Whether a field's settings fit its type and each other; settings about other collections are not checked. */
export function checkSettings(field: Field, at: string): void {
  if (field.target !== undefined && field.to === undefined && isReference(field))
    throw invalid(`${at}.target`, 'is for relation_many; write "to" for the collection that the relation points to');
  for (const setting of SETTINGS) {
    if (field[setting] !== undefined)
      requireType(field, `${at}.${setting}`, ({ settings }) => settings.includes(setting));
  }
  const type = fieldType(field);
  for (const setting of FOLDED_INDEXES) {
    if (field[setting]) requireType(field, `${at}.${setting}`, ({ operators }) => operators.includes("text"));
  }
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
