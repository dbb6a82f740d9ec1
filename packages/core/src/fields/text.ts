import type { Json } from "../json.ts";
import { compareText } from "./compare.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import { checkText, checkTextSettings, TEXT_BASE, TEXT_SETTINGS, textSchema } from "./string.ts";

/** The default maximum length. */
export const MAX_TEXT = 255;

/** A short text, unchanged. */
export const text: FieldTypeDefinition = Object.freeze({
  ...TEXT_BASE,
  name: "text",
  check: (field, value, path) => checkText(field, value as string, path, MAX_TEXT),
  settings: TEXT_SETTINGS,
  checkSettings: checkTextSettings,
  cast: (value) => (typeof value === "string" ? value : JSON.stringify(value, withSortedKeys)),
  readCell: (cell) => cell,
  readScalar: String,
  rowSchema: () => ({ type: "string" }),
  inputSchema: (field) => textSchema(field, MAX_TEXT),
} satisfies FieldTypeDefinition);

/** Stores keep the keys of an object in different orders. */
function withSortedKeys(_key: string, value: Json): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareText(a, b)));
}
