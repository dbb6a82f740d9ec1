import type { Json, JsonObject } from "@plinth/core";
import { MAKERS, thingRows } from "./fixtures/things.ts";

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const ORDER = ["_eq", "_neq", "_gt", "_gte", "_lt", "_lte", "_in", "_nin", "_between", "_null"];
const TEXT = [
  "_contains",
  "_starts_with",
  "_ends_with",
  "_ieq",
  "_icontains",
  "_istarts_with",
  "_iends_with",
  "_unaccent_eq",
  "_unaccent_contains",
  "_unaccent_starts_with",
  "_unaccent_ends_with",
  "_empty",
  "_nempty",
];
const EQUAL = ["_eq", "_neq", "_null"];
const FRAGMENTS = ["a", "A", "Ä", "ä", "", "%", "_", "\\", "'", "😀", "ß", "İ", "alpha", "Zebra", "ｚ", "pfe", "STAN"];

const FIELDS: Record<string, { operators: readonly string[]; more: readonly Json[] }> = {
  n: { operators: ORDER, more: [0, 7.0, -1] },
  name: { operators: [...ORDER, ...TEXT], more: FRAGMENTS },
  body: { operators: [...ORDER, ...TEXT], more: FRAGMENTS },
  count: { operators: ORDER, more: [0, 10, 11, -9007199254740991] },
  score: { operators: ORDER, more: [0, 2.5, -2.25, 1e300] },
  price: { operators: ORDER, more: ["0", "10.5", "9.990", 100, "-0.01"] },
  active: { operators: EQUAL, more: [true, false] },
  at: { operators: ORDER, more: ["2024-01-01", "2024-01-01T01:00:00+01:00", "2024-01-02T12:30:00.25Z"] },
  day: { operators: ORDER, more: ["2024-01-01", "2024-02-29", "1970-01-01"] },
  color: { operators: [...ORDER, ...TEXT], more: ["red", "green", "blue", "RED"] },
  maker: { operators: [...EQUAL, "_in", "_nin"], more: [MAKERS.acme, MAKERS.bolt] },
  "maker.name": { operators: [...ORDER, ...TEXT], more: ["Acme", "bolt", "C"] },
  "maker.city": { operators: [...ORDER, ...TEXT], more: ["Oslo", "o"] },
  "data.size": { operators: [...ORDER, ...TEXT], more: ["L", "l", "XL", ""] },
  "data.qty": { operators: ORDER, more: [3, 2.5, 0, "3", true] },
  "data.ok": { operators: EQUAL, more: [true, false] },
  "data.deep.x": { operators: EQUAL, more: [1, "1"] },
};

/** A random filter over `things`: any field, any operator that suits it, combined up to three levels deep. */
export function randomFilter(random: () => number, depth = 3): JsonObject {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const roll = random();
  if (depth > 0 && roll < 0.2) return { $and: [randomFilter(random, depth - 1), randomFilter(random, depth - 1)] };
  if (depth > 0 && roll < 0.4) return { $or: [randomFilter(random, depth - 1), randomFilter(random, depth - 1)] };
  if (depth > 0 && roll < 0.55) return { $not: randomFilter(random, depth - 1) };
  const name = pick(Object.keys(FIELDS));
  const { operators, more } = FIELDS[name]!;
  const operator = pick(operators);
  const values = [
    ...more,
    ...thingRows.map((row) => row[name]).filter((value) => value !== undefined && value !== null),
  ];
  const value = (): Json => pick(values) as Json;
  return { [name]: { [operator]: operand(operator, value, random, pick) } };
}

function operand(operator: string, value: () => Json, random: () => number, pick: <T>(list: readonly T[]) => T): Json {
  if (operator === "_null" || operator === "_empty" || operator === "_nempty") return random() < 0.5;
  if (operator === "_in" || operator === "_nin") return [value(), value(), value()];
  if (operator === "_between") return [value(), value()];
  if (TEXT.includes(operator)) return pick(FRAGMENTS);
  return value();
}
