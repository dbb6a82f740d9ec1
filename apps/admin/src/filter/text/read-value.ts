import { coerceType, fieldType, isObject, isUuid, type Json, plainValue } from "@plinth/core";
import { type FilterField, jsonPath } from "../fields.ts";
import type { FilterOperator } from "../operators.ts";
import { asPlain, isVariable, readValue } from "../values.ts";
import type { Token } from "./tokens.ts";

/** What stands for a value: a word, a quoted text or JSON. */
export type ValueToken = Extract<Token, { kind: "word" | "quoted" | "json" }>;

const YES = new Set(["true", "yes"]);
const NO = new Set(["false", "no"]);

/** The value of a token for a field; `undefined` if it is none of the field. */
export function readToken(token: ValueToken, field: FilterField, operator: FilterOperator): Json | undefined {
  if (token.kind === "json") return readJson(token.value, field, operator);
  const isWord = token.kind === "word";
  // A quoted text is never a variable.
  if (isWord && token.text.startsWith("$") && isVariable(token.text)) return token.text;
  if (operator.operand === "text") return asPlain(token.text);
  const { kind } = fieldType(field.field);
  const inside = jsonPath(field) !== "";
  if (kind === "json") return isWord ? readValue(token.text, field.field, inside) : asPlain(token.text);
  if (kind === "time" && isWord && token.text.toLowerCase() === "now") return "$now";
  if (kind === "boolean") return readBoolean(token.text);
  const value = readValue(token.text, field.field);
  return value !== undefined && fits(value, field) ? value : undefined;
}

function readBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : undefined;
}

/** Objects stand for the time that they tell from now, or for a text as it is: `{"$now": …}`, `{"$literal": …}`. */
function readJson(value: Json | undefined, { field }: FilterField, { operand }: FilterOperator): Json | undefined {
  if (value === undefined) return undefined;
  const isStandIn = isVariable(value) || (isObject(value) && Object.keys(value).join() === "$literal");
  const isList = Array.isArray(value) && operand === "list";
  return isStandIn || isList || fieldType(field).kind === "json" ? value : undefined;
}

/** Whether the value is of the field's type, and one of its choices. */
function fits(value: Json, { field }: FilterField): boolean {
  const plain = plainValue(value);
  if (field.values !== undefined) return field.values.includes(String(plain));
  if (fieldType(field).kind === "list") return isUuid(plain);
  try {
    coerceType(field, plain, field.name);
    return true;
  } catch {
    return false;
  }
}

const UNITS = ["second", "minute", "hour", "day", "week", "month", "year"] as const;

/** The time of three words such as `7 days ago`; `undefined`: they are none. */
export function readAgo(words: readonly (string | undefined)[]): Json | undefined {
  const [count = "", unit = "", ago = ""] = words;
  if (!/^[1-9]\d{0,5}$/.test(count) || ago.toLowerCase() !== "ago") return undefined;
  const found = UNITS.find((name) => unit.toLowerCase() === name || unit.toLowerCase() === `${name}s`);
  return found && { $now: { sub: { [`${found}s`]: Number(count) } } };
}

/** The words of a time that `readAgo` reads. */
export function writeAgo(value: Json): string | undefined {
  if (!isObject(value) || !isObject(value.$now) || !isObject(value.$now.sub)) return undefined;
  const [[unit, count] = [], ...more] = Object.entries(value.$now.sub);
  if (unit === undefined || more.length > 0) return undefined;
  const text = `${String(count)} ${count === 1 ? unit.slice(0, -1) : unit} ago`;
  return JSON.stringify(readAgo(text.split(" "))) === JSON.stringify(value) ? text : undefined;
}
