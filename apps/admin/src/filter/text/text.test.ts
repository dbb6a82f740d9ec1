import { expect, mock, test } from "bun:test";
import type { Field, Json, JsonObject } from "@plinth/core";
import * as fc from "fast-check";
import type { CollectionInfo } from "../../data/collection-info.ts";
import { jsonPath } from "../fields.ts";
import type { FilterOperator } from "../operators.ts";
import { boundsOf, OFFERED_PERIODS, readPeriod } from "../periods.ts";
import { type FilterNode, newCondition, newGroup, parseFilter, writeFilter } from "../tree.ts";

// Labels of operators are macros, which the build of the admin replaces.
mock.module("@lingui/core/macro", () => ({ msg: (text: TemplateStringsArray) => ({ id: text.join("") }) }));
const { operatorsOf } = await import("../operators.ts");
const { completionsAt } = await import("./complete.ts");
const { textContext } = await import("./context.ts");
const { readText } = await import("./read-text.ts");
const { writeText } = await import("./write-text.ts");

const collection = (slug: string, fields: readonly Field[]): CollectionInfo => ({
  id: slug,
  slug,
  kind: "managed",
  fields: [...fields],
  system_fields: [
    { name: "id", type: "uuid" },
    { name: "created_at", type: "timestamp" },
  ],
  version: 1,
  created_at: "2026-01-01T00:00:00.000Z",
});

const AUTHORS = collection("authors", [{ name: "name", type: "text" }]);
const BOOKS = collection("books", [
  { name: "title", type: "text" },
  { name: "genre", type: "enum", values: ["novel", "essay", "short story"] },
  { name: "year", type: "integer" },
  { name: "weight", type: "number" },
  { name: "price", type: "decimal", precision: 8, scale: 2 },
  { name: "in_print", type: "boolean" },
  { name: "published", type: "date" },
  { name: "author", type: "relation", to: "authors" },
  { name: "facts", type: "json" },
]);
const CONTEXT = textContext(BOOKS, [BOOKS, AUTHORS]);

function filterOf(text: string): JsonObject | undefined {
  const reading = readText(text, CONTEXT);
  if (reading.kind === "words") throw new Error(`${text}: ${JSON.stringify(reading.problem.reason)}`);
  return writeFilter(reading.group);
}

function problemOf(text: string) {
  const reading = readText(text, CONTEXT);
  return reading.kind === "words" ? { ...reading.problem.reason, isMeant: reading.isMeant } : undefined;
}

const written = (filter: JsonObject): string => writeText(parseFilter(filter), CONTEXT);

test("what a person types is the filter that the builder makes", () => {
  const rows: [string, JsonObject][] = [
    [
      "genre = novel and year > 1990 and in_print = true",
      { genre: { _eq: "novel" }, year: { _gt: 1990 }, in_print: { _eq: true } },
    ],
    ["year>1990", { year: { _gt: 1990 } }],
    ["genre = 'short story' or year is null", { $or: [{ genre: { _eq: "short story" } }, { year: { _null: true } }] }],
    [
      "title ~ sea AND NOT (year < 1950 || year >= 2000)",
      { title: { _icontains: "sea" }, $not: { $or: [{ year: { _lt: 1950 } }, { year: { _gte: 2000 } }] } },
    ],
    ['title starts with "the sea"', { title: { _istarts_with: "the sea" } }],
    ["genre in (novel, essay)", { genre: { _in: ["novel", "essay"] } }],
    ['genre not in (novel, "short story")', { genre: { _nin: ["novel", "short story"] } }],
    ["year between 1950 and 1960 and in_print is no", { year: { _between: [1950, 1960] }, in_print: { _eq: false } }],
    ["title is not empty && year is empty", { title: { _empty: false }, year: { _null: true } }],
    ["price <= 9.90", { price: { _lte: "9.90" } }],
    ["published after 2020-05-01", { published: { _gt: "2020-05-01" } }],
    ["created_at > 7 days ago", { created_at: { _gt: { $now: { sub: { days: 7 } } } } }],
    ["published during this month", { published: boundsOf(readPeriod("this month")!) }],
    ["created_at = today and year > 1", { created_at: boundsOf(readPeriod("today")!), year: { _gt: 1 } }],
    ["created_at is in last 7 days", { created_at: boundsOf(readPeriod("last 7 days")!) }],
    ["created_at during last week in Asia/Tokyo", { created_at: boundsOf(readPeriod("last week in Asia/Tokyo")!) }],
    ["author.name = “Stanisław Lem”", { "author.name": { _eq: "Stanisław Lem" } }],
    ["title !~ war", { $not: { title: { _icontains: "war" } } }],
    ["genre != null", { genre: { _null: false } }],
    ["facts.minutes > 90", { "facts.minutes": { _gt: 90 } }],
    ["facts has one of (a, 1)", { facts: { _overlaps: ["a", 1] } }],
    ["TITLE = $5", { title: { _eq: { $literal: "$5" } } }],
    ['{"year": {"_gt": 5}} and genre = essay', { year: { _gt: 5 }, genre: { _eq: "essay" } }],
  ];
  for (const [text, filter] of rows) expect([text, filterOf(text)]).toEqual([text, filter]);
});

test("what is no condition is words, and says why where it looks like one", () => {
  for (const words of ["", "harbour", "war and peace", "the sea", "love in (1984)", '"year = 5"', "not now"])
    expect([words, problemOf(words)?.isMeant]).toEqual([words, false]);
  const rows: [string, object][] = [
    ["gener = novel", { code: "field_unknown", name: "gener", near: "genre" }],
    ["colour = red", { code: "field_unknown", name: "colour", near: undefined }],
    ["genre =", { code: "value_missing", name: "genre" }],
    ["genre = and year > 1", { code: "value_missing", name: "genre" }],
    ["genre = novle", { code: "value_wrong", name: "genre", value: "novle", examples: ["novel"] }],
    ["year > old", { code: "value_wrong", name: "year", value: "old", examples: ["12"] }],
    ["year contains 19", { code: "operator_wrong", name: "year", operator: "contains" }],
    ["author = Lem", { code: "value_is_item", name: "author", path: "author.name" }],
    ["year between 1 or 2", { code: "and_missing", name: "year" }],
    ["title = the sea", { code: "join_missing", text: "sea" }],
    ["(year > 1", { code: "bracket_open" }],
    ['title = "sea', { code: "quote_open" }],
    ["year > 1 and", { code: "field_missing" }],
    ["year > 1 and genre", { code: "operator_missing", name: "genre" }],
    [`${"(".repeat(40)}year > 1`, { code: "too_deep", isMeant: false }],
  ];
  for (const [text, problem] of rows)
    expect([text, problemOf(text)]).toMatchObject([text, { isMeant: true, ...problem }]);
});

test("a filter is written in words, and what has none as JSON", () => {
  const rows: [JsonObject, string][] = [
    [{ genre: "novel", year: { _gt: 1990 } }, "genre = novel and year > 1990"],
    [{ genre: "short story" }, 'genre = "short story"'],
    [{ title: { _eq: "null" } }, 'title = "null"'],
    [{ title: { _eq: "and" } }, 'title = "and"'],
    [{ $or: [{ year: null }, { $not: { title: { _ieq: "a" } } }] }, "year is null or not (title _ieq a)"],
    [{ created_at: { _lt: { $now: { sub: { days: 1 } } } } }, "created_at < 1 day ago"],
    [{ title: { _contains: 'a "b" \\ c' } }, 'title _contains "a \\"b\\" \\\\ c"'],
    [{ films: { _every: { year: 1 } }, year: { _in: [1, 2] } }, '{"films":{"_every":{"year":1}}} and year in (1, 2)'],
    [{ facts: { _contains: ["1", 1] } }, 'facts has all of ("1", 1)'],
  ];
  for (const [filter, text] of rows) expect([filter, written(filter)]).toEqual([filter, text]);
  for (const [filter, text] of rows) expect(filterOf(text)).toEqual(writeFilter(parseFilter(filter))!);
});

/** Values that the builder gives a field, texts as awkward as people's. */
function valueFor(field: Field, inside: boolean): fc.Arbitrary<Json> {
  const text = fc
    .oneof(
      fc.string({ minLength: 1, unit: "grapheme" }),
      fc.constantFrom(
        "and",
        "null",
        "true",
        "12",
        "7 days ago",
        "it's",
        '"',
        "\\",
        "a,b",
        "(x)",
        "zürich",
        "no",
        "$5x",
        "\n",
      ),
    )
    .map((value): Json => (value.startsWith("$") || value.startsWith("{{") ? { $literal: value } : value));
  if (inside || field.type === "json") return fc.oneof(text, fc.integer(), fc.boolean());
  if (field.values) return fc.constantFrom(...field.values);
  const day = fc.date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
  switch (field.type) {
    case "integer":
      return fc.integer();
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    case "decimal":
      return fc.integer({ min: -99_999, max: 99_999 }).map((whole) => `${whole}.50`);
    case "boolean":
      return fc.boolean();
    case "date":
      return day.map((at) => at.toISOString().slice(0, 10));
    case "timestamp":
      return fc.oneof(
        day.map((at): Json => at.toISOString()),
        fc.integer({ min: 1, max: 99 }).map((days): Json => ({ $now: { sub: { days } } })),
        fc.constant<Json>("$now"),
      );
    case "uuid":
    case "relation":
      return fc.uuid();
    default:
      return text;
  }
}

const PATHS = [...CONTEXT.fields.map(({ path }) => path), "facts.minutes", "facts.a.b"];

function operandFor(operator: FilterOperator, value: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  if (operator.operand === "period") return fc.constantFrom(...OFFERED_PERIODS);
  if (operator.operand === "none") return fc.constant(operator.fixed!);
  if (operator.operand === "list") return fc.array(value, { minLength: 1, maxLength: 3 });
  return operator.operand === "pair" ? fc.tuple(value, value) : value;
}

const anyCondition: fc.Arbitrary<FilterNode> = fc.constantFrom(...PATHS).chain((path) => {
  const found = CONTEXT.find(path)!;
  const inside = jsonPath(found) !== "";
  return fc.constantFrom(...operatorsOf(found.field, inside)).chain((operator) => {
    const value = valueFor(
      operator.operand === "text" ? { name: "t", type: "text" } : found.field,
      inside && operator.operand !== "text",
    );
    return operandFor(operator, value).map((one): FilterNode => ({ ...newCondition(path, operator.op), value: one }));
  });
});

const { tree: anyTree } = fc.letrec<{ tree: FilterNode; node: FilterNode }>((tie) => ({
  tree: fc
    .tuple(
      fc.constantFrom("and" as const, "or" as const),
      fc.boolean(),
      fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
    )
    .map(([join, negated, children]): FilterNode => ({ ...newGroup(join, children), negated })),
  node: fc.oneof({ maxDepth: 3 }, anyCondition, tie("tree")),
}));

test("every tree that the builder makes is the same after it was text", () => {
  fc.assert(
    fc.property(anyTree, (node) => {
      const group = node.kind === "group" && !node.negated ? node : newGroup("and", [node]);
      const filter = writeFilter(group);
      expect(filterOf(writeText(group, CONTEXT))).toEqual(filter);
    }),
    { numRuns: 1000 },
  );
});

test("all that the builder offers has words: none of it is written as JSON", () => {
  fc.assert(
    fc.property(anyCondition, (node) => {
      expect(writeText(newGroup("and", [node]), CONTEXT).startsWith("{")).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test("no text throws, however odd it is", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.constantFrom("year", "genre", "=", ">", "(", ")", "and", "not", "in", '"', "{", "[", ",", "novel", "1"),
          fc.string(),
        ),
        { maxLength: 12 },
      ),
      (parts) => {
        expect(["conditions", "words"]).toContain(readText(parts.join(" "), CONTEXT).kind);
      },
    ),
  );
});

test("what can come next is offered: fields, operators, values, and, or", () => {
  const offered = (text: string) => completionsAt(text, text.length, CONTEXT).options.map((option) => option.text);
  expect(offered("gen")).toEqual(["genre"]);
  expect(offered("year > 1 and na")).toContain("author.name");
  expect(offered("genre ")).toContain("is null");
  expect(offered("title starts w")).toEqual(["starts with"]);
  expect(offered("genre = ")).toEqual(["novel", "essay", '"short story"']);
  expect(offered("genre in (novel, e")).toEqual(["essay"]);
  expect(offered("in_print = t")).toEqual(["true"]);
  expect(offered("year > 1 ")).toEqual(["and", "or"]);
  expect(offered("title contains ")).toEqual([]);
  expect(offered("the harbour of ge")).toEqual([]);
  expect(completionsAt("title starts w", 14, CONTEXT).from).toBe(6);
});
