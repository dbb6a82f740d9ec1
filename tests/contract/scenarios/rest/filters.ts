import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { MAKERS, REF, THINGS, type ThingName, things, thingsBut, unmade } from "../../fixtures/things.ts";
import { namesOf, rowsOf } from "../../rows.ts";
import { items, ok, refused, type Scenario } from "../../scenario.ts";

/** The rows of `things` for which the filter holds, in the order of `n`. */
const finds = (filter: JsonObject, ...names: ThingName[]): Scenario => ({
  name: `filter: ${JSON.stringify(filter).slice(0, 120)}`,
  as: as.secretKey,
  needs: [things],
  request: items("things", { filter, sort: "n" }),
  expect: ok(rowsOf(THINGS, ...names)),
});

const table = (field: string, ...cases: [condition: Json, ...names: ThingName[]][]): Scenario[] =>
  cases.map(([condition, ...names]) => finds({ [field]: condition }, ...names));

const all = namesOf(THINGS);

const comparisons: Scenario[] = [
  ...table(
    "count",
    [20, "alphaUpper", "zebra"],
    [{ _eq: 20 }, "alphaUpper", "zebra"],
    [{ _neq: 20 }, ...thingsBut("alphaUpper", "zebra", "bare", "grin")],
    [{ _gt: 10 }, "alphaUpper", "apple", "zebra"],
    [{ _gte: 10 }, "alpha", "alphaUpper", "apple", "zebra", "unnamed"],
    [{ _lt: 1 }, "beta", "appleUpper"],
    [{ _lte: 1 }, "beta", "appleUpper", "istanbul"],
    [{ _gt: 0, _lt: 7 }, "percent", "istanbul", "quote"],
    [{ _between: [0, 3] }, "beta", "percent", "istanbul", "quote"],
    [{ _between: [3, 0] }],
    [{ _in: [0, 7] }, "beta", "wide", "street"],
    [{ _in: [] }],
    [{ _nin: [20, 10, 7] }, "beta", "appleUpper", "apple", "percent", "istanbul", "quote"],
    // Like every `_nin`: an absent value differs from nothing.
    [{ _nin: [] }, ...thingsBut("bare", "grin")],
    [{ _null: true }, "bare", "grin"],
    [{ _null: false }, ...thingsBut("bare", "grin")],
    [null, "bare", "grin"],
    [{ _eq: null }, "bare", "grin"],
    [{ _neq: null }, ...thingsBut("bare", "grin")],
    [9007199254740991, "apple"],
    [
      { _in: Array.from({ length: 1000 }, (_, i) => i + 3) },
      "alpha",
      "alphaUpper",
      "zebra",
      "unnamed",
      "percent",
      "wide",
      "street",
    ],
  ),
  ...table(
    "score",
    [{ _gt: 0 }, "alpha", "appleUpper", "apple", "zebra", "percent"],
    [2.5, "zebra", "percent"],
    [{ _lte: 0 }, "alphaUpper", "beta"],
    [{ _lt: 0.0001, _gt: 0 }, "apple"],
  ),
  ...table(
    "price",
    [{ _gt: "9.99" }, "alpha", "beta", "zebra"],
    [{ _lt: "0" }, "appleUpper"],
    [{ _eq: "1" }, "unnamed"],
    [{ _eq: 1 }, "unnamed"],
    [{ _between: ["-0.01", "1.00"] }, "appleUpper", "apple", "unnamed"],
    [{ _in: ["10.5", "100"] }, "alpha", "beta"],
    [{ _neq: "10.50" }, "alphaUpper", "beta", "appleUpper", "apple", "zebra", "unnamed"],
  ),
  ...table(
    "active",
    [true, "alpha", "beta", "zebra"],
    [{ _eq: false }, "alphaUpper", "apple", "unnamed"],
    [{ _neq: true }, "alphaUpper", "apple", "unnamed"],
    [{ _null: false }, "alpha", "alphaUpper", "beta", "apple", "zebra", "unnamed"],
  ),
  ...table(
    "at",
    [{ _gt: "2024-01-02T12:30:00.250Z" }, "beta"],
    [{ _eq: "2024-01-01T01:00:00+01:00" }, "alpha", "unnamed"],
    [{ _lt: "2024-01-01" }, "appleUpper", "apple"],
    [{ _lte: "$now" }, "alpha", "alphaUpper", "beta", "appleUpper", "apple", "unnamed"],
    [{ _gt: { $now: { add: { days: 1 } } } }],
    [{ _gt: { $now: { sub: { years: 9000 } } } }, "alpha", "alphaUpper", "beta", "appleUpper", "apple", "unnamed"],
    [{ _in: ["1999-12-31T23:59:59.999Z"] }, "apple"],
  ),
  ...table(
    "day",
    [{ _gte: "2024-01-01" }, "alpha", "alphaUpper", "appleUpper", "zebra"],
    [{ _between: ["2023-12-31", "2024-01-01"] }, "alpha", "beta", "appleUpper"],
  ),
  ...table(
    "color",
    ["red", "alpha", "appleUpper"],
    [{ _in: ["red", "blue"] }, "alpha", "beta", "appleUpper"],
    ["purple"],
    [{ _neq: "red" }, "alphaUpper", "beta", "apple"],
  ),
  ...table("ref", [REF, "alpha"], [{ _null: true }, ...thingsBut("alpha")], [{ _in: [REF.toLowerCase()] }, "alpha"]),
  ...table("photo", [{ _ends_with: ".png" }, "alpha"], ["photos/1.png", "alpha"]),
  ...table(
    "maker",
    [MAKERS.acme, "alpha", "beta"],
    [{ _in: [MAKERS.bolt, MAKERS.core] }, "alphaUpper", "appleUpper", "apple"],
    [null, ...unmade],
  ),
];

const texts: Scenario[] = [
  ...table(
    "name",
    ["alpha", "alpha"],
    [{ _contains: "pha" }, "alpha", "alphaUpper"],
    [{ _contains: "P" }, "quote"],
    [{ _contains: "" }, ...thingsBut("bare")],
    [{ _contains: "%" }, "percent"],
    [{ _contains: "_" }, "percent"],
    [{ _contains: "\\" }, "percent"],
    [{ _contains: "'" }, "quote"],
    [{ _contains: "😀" }, "grin"],
    [{ _contains: "*" }],
    [{ _starts_with: "al" }, "alpha"],
    [{ _starts_with: "50%" }, "percent"],
    [{ _starts_with: "ä" }, "apple"],
    [{ _ends_with: "ta" }, "beta"],
    [{ _ends_with: "\\" }, "percent"],
    [{ _ends_with: "fel" }, "appleUpper", "apple"],
    [{ _icontains: "ALPHA" }, "alpha", "alphaUpper"],
    [{ _icontains: "äPFEL" }, "appleUpper", "apple"],
    [{ _icontains: "Ä" }, "appleUpper", "apple"],
    [{ _icontains: "STRASSE" }],
    [{ _icontains: "STRAßE" }, "street"],
    [{ _icontains: "istanbul" }],
    [{ _icontains: "STANBUL" }, "istanbul"],
    [{ _icontains: "%OFF" }],
    [{ _icontains: "%_OFF" }, "percent"],
    [{ _istarts_with: "AL" }, "alpha", "alphaUpper"],
    [{ _istarts_with: "o'b" }, "quote"],
    [{ _iends_with: "A" }, "alpha", "alphaUpper", "beta", "zebra"],
    [{ _like: "alpha" }, "alpha"],
    [{ _like: "%pha" }, "alpha", "alphaUpper"],
    [{ _like: "_lpha" }, "alpha", "alphaUpper"],
    [{ _like: "%p_e%" }, "appleUpper", "apple"],
    [{ _like: "_ grin" }, "grin"],
    [{ _like: "%\\%\\_%" }, "percent"],
    [{ _like: "%\\\\" }, "percent"],
    [{ _like: "%[a]%" }],
    [{ _like: "*" }],
    [{ _like: "?lpha" }],
    [{ _like: "" }, "unnamed"],
    [{ _like: "%" }, ...thingsBut("bare")],
    [{ _ilike: "ALPH_" }, "alpha", "alphaUpper"],
    [{ _ilike: "ÄPF%" }, "appleUpper", "apple"],
    [{ _ilike: "%straẞ_" }, "street"],
    [{ _gt: "Zebra" }, "alpha", "beta", "appleUpper", "apple", "grin", "wide", "street", "istanbul"],
    [{ _gt: "ｚ wide" }, "grin"],
    [{ _lt: "Alpha" }, "unnamed", "percent"],
    [{ _between: ["A", "Z"] }, "alphaUpper", "quote"],
    [{ _in: ["alpha", "ALPHA", ""] }, "alpha", "unnamed"],
    [{ _nin: ["alpha", ""] }, ...thingsBut("alpha", "unnamed", "bare")],
    [{ _empty: true }, "unnamed", "bare"],
    [{ _empty: false }, ...thingsBut("unnamed", "bare")],
    [{ _nempty: true }, ...thingsBut("unnamed", "bare")],
    [{ _neq: "" }, ...thingsBut("unnamed", "bare")],
  ),
  ...table(
    "body",
    [{ _contains: "QUICK" }, "alphaUpper"],
    [{ _icontains: "the quick" }, "alpha", "alphaUpper"],
    [{ _null: true }, ...thingsBut("alpha", "alphaUpper")],
  ),
];

const json: Scenario[] = [
  finds({ "data.size": "L" }, "alpha"),
  finds({ "data.size": { _in: ["L", "M"] } }, "alpha", "alphaUpper"),
  finds({ "data.size": { _neq: "L" } }, "alphaUpper", "zebra", "percent"),
  finds({ "data.size": { _nin: ["L", "M"] } }, "zebra", "percent"),
  finds({ "data.size": { _icontains: "L" } }, "alpha", "zebra", "percent"),
  finds({ "data.size": { _like: "_L" } }, "percent"),
  finds({ "data.size": { _null: true } }, ...thingsBut("alpha", "alphaUpper", "zebra", "percent")),
  finds({ "data.qty": 3 }, "alpha"),
  finds({ "data.qty": "3" }, "alphaUpper"),
  finds({ "data.qty": { _gt: 2 } }, "alpha", "beta", "percent"),
  finds({ "data.qty": { _lt: 3 } }, "zebra", "percent"),
  finds({ "data.qty": { _between: [2, 3] } }, "alpha", "percent"),
  finds({ "data.qty": { _neq: 3 } }, "alphaUpper", "beta", "zebra", "percent"),
  finds({ "data.qty": { _in: [3, "3"] } }, "alpha", "alphaUpper"),
  finds({ "data.qty": { _nin: [3, "3"] } }, "beta", "zebra", "percent"),
  finds({ "data.qty": { _nin: [] } }, "alpha", "alphaUpper", "beta", "zebra", "percent"),
  finds({ "data.nowhere": { _nin: [] } }),
  finds({ $not: { "data.qty": { _nin: [] } } }, ...thingsBut("alpha", "alphaUpper", "beta", "zebra", "percent")),
  finds({ "data.qty": { _starts_with: "3" } }, "alphaUpper"),
  finds({ "data.ok": true }, "alpha"),
  finds({ "data.ok": { _eq: false } }, "zebra"),
  finds({ "data.deep.x": 1 }, "alpha"),
  finds({ data: { deep: { x: 1 } } }, "alpha"),
  finds({ data: { deep: { x: "1" }, size: "l" } }, "zebra"),
  finds({ "data.deep": { _null: false } }, "alpha", "zebra"),
  finds({ "data.tags": { _empty: false } }, "alpha"),
  finds({ "data.a b": "spaced" }, "percent"),
  finds({ "data.nowhere": 1 }),
  finds({ data: null }, "unnamed", "bare", "grin", "wide", "street", "istanbul", "quote"),
  finds({ data: { _empty: true } }, ...thingsBut("alpha", "alphaUpper", "beta", "zebra", "percent")),
  finds({ $not: { "data.qty": 3 } }, ...thingsBut("alpha")),
];

/** Two are at midnight, to the millisecond: a finer time is between two that can be stored. */
const finer: Scenario[] = [
  ...table(
    "at",
    [{ _lt: "2024-01-01T00:00:00.0005Z", _gte: "2023-12-31T23:59:59.9995Z" }, "alpha", "unnamed"],
    [{ _lte: "2024-01-01T00:00:00.0000001Z", _gt: "2023-12-31T23:59:59.9999Z" }, "alpha", "unnamed"],
    [{ _between: ["2023-12-31T23:59:59.9995Z", "2024-01-01T00:00:00.0005Z"] }, "alpha", "unnamed"],
    [{ _eq: "2024-01-01T00:00:00.000000Z" }, "alpha", "unnamed"],
    ["2024-01-01T00:00:00.0005Z"],
    [{ _in: ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.0005Z"] }, "alpha", "unnamed"],
    [{ _in: ["2024-01-01T00:00:00.0005Z"] }],
  ),
  finds({ at: { _gt: "2024-01-01T00:00:00.0005Z", _lt: "2024-01-01T00:00:00.001Z" } }),
];

const combined: Scenario[] = [
  finds({}, ...all),
  finds({ count: 20, active: true }, "zebra"),
  finds({ $and: [{ count: 20 }, { active: true }] }, "zebra"),
  finds({ $or: [{ count: 20 }, { color: "red" }] }, "alpha", "alphaUpper", "appleUpper", "zebra"),
  finds({ _or: [{ count: 20 }, { color: "red" }], active: true }, "alpha", "zebra"),
  finds({ _and: [{ $or: [{ n: 1 }, { n: 2 }] }, { $or: [{ n: 2 }, { n: 3 }] }] }, "alphaUpper"),
  finds({ $not: { count: 20 } }, ...thingsBut("alphaUpper", "zebra")),
  finds({ _not: { active: true } }, ...thingsBut("alpha", "beta", "zebra")),
  finds({ $not: { $or: [{ active: true }, { count: { _null: false } }] } }, "bare", "grin"),
  finds({ $not: { $not: { count: 20 } } }, "alphaUpper", "zebra"),
  finds({ $not: { count: { _gt: 0 }, active: false } }, ...thingsBut("alphaUpper", "apple", "unnamed")),
  finds({ $or: [] }),
  finds({ $and: [] }, ...all),
  finds({ $not: { count: { _nin: [20] } } }, "alphaUpper", "zebra", "bare", "grin"),
];

const relations: Scenario[] = [
  finds({ "maker.name": "Acme" }, "alpha", "beta"),
  finds({ maker: { name: { _starts_with: "B" } } }, "alphaUpper", "apple"),
  finds({ maker: { name: "Acme", city: "Oslo" } }, "alpha", "beta"),
  finds({ maker: { $or: [{ name: "Acme" }, { city: null }] } }, "alpha", "beta", "appleUpper"),
  finds({ "maker.city": { _null: true } }, "appleUpper", ...unmade),
  finds({ maker: { _nin: [] } }, ...thingsBut(...unmade)),
  finds({ "maker.city": { _nin: [] } }, "alpha", "alphaUpper", "beta", "apple"),
  finds({ "maker.city": { _neq: "Oslo" } }, "alphaUpper", "apple"),
  finds({ "maker.id": MAKERS.bolt }, "alphaUpper", "apple"),
  finds({ $not: { "maker.name": "Acme" } }, ...thingsBut("alpha", "beta")),
  finds({ $or: [{ "maker.name": "Core" }, { n: 14 }] }, "appleUpper", "quote"),
  finds({ "maker.name": { _in: ["Bolt", "Core"] }, active: false }, "alphaUpper", "apple"),
];

const refusedPatterns = (
  [
    ["a pattern that ends in a single backslash", "a\\", "VALIDATION"],
    ["a pattern of 51 bytes", `${"ä".repeat(25)}%`, "LIMIT_EXCEEDED"],
    ["a pattern that is no text", 5, "VALIDATION"],
    ["a variable as a pattern", "$user.email", "VALIDATION"],
  ] as const
).map(
  ([what, pattern, code]): Scenario => ({
    name: `filter: ${what} is refused`,
    as: as.secretKey,
    needs: [things],
    request: items("things", { filter: { name: { _like: pattern } } }),
    expect: refused(422, code, "filter.name._like"),
  }),
);

export const scenarios: Scenario[] = [
  ...comparisons,
  ...texts,
  ...json,
  ...finer,
  ...combined,
  ...relations,
  ...refusedPatterns,
];
