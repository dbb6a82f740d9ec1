import type { Field } from "./field.ts";
import type { FieldType } from "./table.ts";

/** Fields that no collection declares: every item's system fields, and the types of values in a query. */

type Settings = Omit<Partial<Field>, "name" | "type">;

function maker(type: FieldType): (name: string, settings?: Settings) => Field {
  return (name, settings) => ({ name, type, ...settings });
}

export const uuidField = maker("uuid");
export const timestampField = maker("timestamp");
export const textField = maker("text");
export const enumField = maker("enum");
export const emailField = maker("email");
export const longTextField = maker("longtext");
export const integerField = maker("integer");
export const doubleField = maker("number");
export const booleanField = maker("boolean");
export const jsonField = maker("json");
export const listField = maker("relation_many");
export const referenceField = maker("relation");
