import type { Field, Json, JsonObject } from "@plinth/core";
import { type Model, someId } from "./model.ts";

/** Values of each type. The pools are small, so that rows tie and filters hit. */

const TEXTS = [
  "", "a", "A", "b", "ab", "aB", "Ä", "ä", "ß", "İ", "ı", "é", "É", "e\u0301", "ẞ", "Σ", "ς", "Ж", "ж", "æ", "Ł", "ſ", "ｚ", "😀", "\ue000", "a%", "_", "\\", "'", '"',
  " ", " a", "1", "10", "9", "null", "true", "{}", "{a,b}", "a,b", "\n", "\u0001", "\u007f", "z".repeat(120),
]; // biome-ignore format: a table
const INTEGERS = [0, 1, -1, 2, 3, 7, 10, 100, -5];
const FAR_INTEGERS = [9007199254740991, -9007199254740991, 9007199254740990, 2147483648, 4294967296];
const NUMBERS = [0, -0, 0.5, -0.5, 1, 2.25, -3.75, 100, 1024.125];
/** Sums of a few of these are exact, unless no double holds them. */
const VAST_NUMBERS = [2 ** 1023, 2 ** 1022, -(2 ** 1022), 0, 1];
const FAR_NUMBERS = [1e300, -1e300, 5e-324, 1.7976931348623157e308, 0.1, 1 / 3, 1e-7, 123456789.123, 9007199254740992];
const TIMES = [
  "2024-01-01T00:00:00.000Z", "2024-01-01T00:00:00.001Z", "2024-02-29T23:59:59.999Z", "2024-03-31T00:59:59.999Z",
  "2024-03-31T01:00:00.000Z", "2024-10-27T00:30:00.000Z", "2024-10-27T01:30:00.000Z", "2023-12-31T23:30:00.000Z",
  "1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "2024-05-01T10:00:00.000Z", "2024-12-30T12:00:00.000Z",
]; // biome-ignore format: a table
const FAR_TIMES = ["1900-01-01T00:00:00.000Z", "1883-11-18T17:00:00.000Z", "2099-12-31T23:59:59.999Z"];
const SPELLED_TIMES = [
  "2024-01-01",
  "2024-01-01T01:00:00+01:00",
  "2024-01-01 00:00",
  1704067200000,
  "2024-05-01T10:00:00Z",
];
const DATES = ["2024-01-01", "2024-02-29", "2023-12-31", "1970-01-01", "2024-12-30", "2024-03-31"];
const FAR_DATES = ["0001-01-01", "9999-12-31", "1582-10-10", "1900-02-28"];
export const JSON_KEYS = ["a", "b", "k", "ä", "x y", "1"];
/** Keys that values may have, and that a path cannot or can hardly name. */
export const ODD_KEYS = [
  '"',
  'a"b',
  "\\",
  "a\\b",
  "a.b",
  "it's",
  "$",
  "$.a",
  "[0]",
  "#",
  "",
  "\n",
  "\u007f",
  "__proto__x",
];

export function someValue(model: Model, field: Field): Json {
  return within(field, anyValue(model, field));
}

/** Kept to the bounds that the generator gives to fields; noise breaks them often enough. */
function within({ type, max, min, max_length }: Field, value: Json): Json {
  if (typeof value === "number" && typeof max === "number") return Math.min(value, max);
  if (type === "decimal" && min !== undefined) return (value as string).replace("-", "");
  return max_length !== undefined && typeof value === "string" ? [...value].slice(0, max_length).join("") : value;
}

function anyValue(model: Model, field: Field): Json {
  const { random, tame } = model;
  const far = <T>(usual: readonly T[], unusual: readonly T[]): T =>
    !tame && random.chance(0.3) ? random.pick(unusual) : random.pick(usual);
  switch (field.type) {
    case "text":
    case "longtext":
      return random.pick(TEXTS);
    case "enum":
      return random.pick(field.values!);
    case "integer":
      return far(INTEGERS, FAR_INTEGERS);
    case "number":
      return model.vast && random.chance(0.6) ? random.pick(VAST_NUMBERS) : far(NUMBERS, FAR_NUMBERS);
    case "decimal":
      return decimalOf(model, field);
    case "boolean":
      return random.chance(0.5);
    case "json":
      return jsonOf(model, 3);
    case "timestamp":
      return random.chance(0.1) ? random.pick(SPELLED_TIMES) : far(TIMES, FAR_TIMES);
    case "date":
      return far(DATES, FAR_DATES);
    case "uuid":
      return `${random.pick(["a", "b", "f"])}${random.int(0, 9)}000000-0000-4000-8000-00000000000${random.int(0, 3)}`;
    case "relation":
      return someRelated(model, field);
    case "relation_many":
      return [];
    default:
      throw new Error(`no values for ${field.name}, which is a ${field.type}`);
  }
}

function decimalOf({ random, tame }: Model, { precision = 18, scale = 2 }: Field): string {
  if (!tame && random.chance(0.3)) {
    const digits = "9".repeat(precision);
    const at = digits.length - scale;
    const whole = digits.slice(0, at) || "0";
    return `${random.pick(["", "-"])}${scale > 0 ? `${whole}.${digits.slice(at)}` : whole}`;
  }
  // A half and a quarter are exact as doubles too, for averages.
  const whole = precision > scale ? random.pick(["0", "1", "2", "7"]) : "0";
  const fraction = scale === 0 ? "" : scale === 1 ? random.pick(["", ".5"]) : random.pick(["", ".5", ".25", ".50"]);
  return `${random.pick(["", "-"])}${whole}${fraction}`;
}

export function jsonOf(model: Model, depth: number): Json {
  const { random } = model;
  return random.weighted<Json>([
    [4, () => jsonScalar(model)],
    [depth > 0 ? 5 : 0, () => objectOf(model, depth - 1)],
    [depth > 0 ? 1 : 0, () => random.times(random.int(0, 3), () => jsonOf(model, depth - 1))],
    [depth > 0 ? 1 : 0, () => random.times(random.int(0, 3), () => jsonScalar(model))],
  ]);
}

export function objectOf(model: Model, depth: number): JsonObject {
  const { random } = model;
  const keys = random.some(JSON_KEYS, 0.4);
  if (random.chance(0.04)) keys.push(random.pick(ODD_KEYS));
  return Object.fromEntries(keys.map((key) => [key, jsonOf(model, depth)]));
}

export function jsonScalar({ random, tame }: Model): Json {
  return random.weighted<Json>([
    [4, () => random.pick(["", "a", "A", "ä", "1", "true", "[]", "😀", "ｚ"])],
    [
      4,
      () =>
        tame
          ? random.pick([0, 1, -1, 2.5, 10])
          : random.pick([...INTEGERS, ...NUMBERS, 1e300, 1e21, 0.1, 123456789012345680000]),
    ],
    [2, () => random.chance(0.5)],
    [1, () => null],
  ]);
}

/** A value, null where that is allowed, or now and then something that does not belong here. */
export function inputOf(model: Model, field: Field): Json {
  const { random } = model;
  if (random.chance(model.noise)) return random.pick<Json>([null, "?", 1.5, true, [], {}, "2024-13-01", -1]);
  if (!field.required && random.chance(model.noise > 0 ? 0.2 : 0.15)) return null;
  return someValue(model, field);
}

/** An id that is likely there; null in a world that has none yet. */
function someRelated(model: Model, field: Field): Json {
  const ids = model.ids.get(field.to!) ?? [];
  return ids.length === 0 ? null : someId(model, field.to!);
}
