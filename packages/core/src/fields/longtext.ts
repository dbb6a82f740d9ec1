import type { FieldTypeDefinition } from "./definition.ts";
import { checkText, checkTextSettings, TEXT_BASE, TEXT_SETTINGS, textSchema } from "./string.ts";

const MAX_LONGTEXT = 10_000_000;

/** A text of any length, unchanged. Too long for a unique key. */
export const longtext: FieldTypeDefinition = Object.freeze({
  ...TEXT_BASE,
  name: "longtext",
  check: (field, value, path) => checkText(field, value as string, path, MAX_LONGTEXT),
  settings: TEXT_SETTINGS,
  checkSettings: checkTextSettings,
  unique: false,
  unique_together: false,
  readCell: (cell) => cell,
  readScalar: String,
  rowSchema: () => ({ type: "string" }),
  inputSchema: (field) => textSchema(field, MAX_LONGTEXT),
} satisfies FieldTypeDefinition);
