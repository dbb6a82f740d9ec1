import { invalid } from "../errors.ts";
import type { Json } from "../json.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import type { Field } from "./field.ts";
import { checkText, checkTextSettings, TEXT_BASE, TEXT_SETTINGS, textSchema, wellFormed } from "./string.ts";

/** The longest address that mail servers accept. */
const MAX_EMAIL = 254;
/** Words joined by dots, an at sign, and a domain of two labels or more; the form that browsers and zod accept. */
const EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** An email address as entered, case included: `Ann@example.com`. Stored, compared and searched as text. */
export const email: FieldTypeDefinition = Object.freeze({
  ...TEXT_BASE,
  name: "email",
  // A filter may search for a part of an address, so only writes need a whole one.
  check: checkEmail,
  settings: TEXT_SETTINGS,
  checkSettings: checkTextSettings,
  // Blanks are refused, not trimmed; a blank cell has no address.
  readCell: (cell) => (cell.trim() === "" ? undefined : cell),
  rowSchema: () => ({ type: "string", format: "email" }),
  inputSchema: (field) => ({ ...textSchema(field, MAX_EMAIL), format: "email" }),
} satisfies FieldTypeDefinition);

function checkEmail(field: Field, value: Json, path: string): void {
  const text = wellFormed(value, path);
  if (text.length > MAX_EMAIL) throw invalid(path, `must have at most ${MAX_EMAIL} characters`);
  if (!EMAIL.test(text)) throw invalid(path, "expected an email address such as ann@example.com");
  checkText(field, text, path, MAX_EMAIL);
}
