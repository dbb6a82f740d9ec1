import { expect, test } from "bun:test";
import { FilterParser, type Json, type JsonObject, PlinthError } from "@plinth/core";
import { openRelation, things } from "./collections.ts";

/** The right form that an error about another product's operator gives. It is accepted, and means the same. */

function refusal(filter: Json): PlinthError | undefined {
  try {
    new FilterParser({ mode: "inline", relation: openRelation }).parse(things, filter);
    return undefined;
  } catch (error) {
    if (error instanceof PlinthError) return error;
    throw error;
  }
}

const text = [...things.byName.values()].find((field) => field.type === "text")!.name;
const number = [...things.byName.values()].find((field) => field.type === "integer")!.name;

/** The filter that the error advises. */
function advised(field: string, op: string, value: Json): JsonObject {
  const message = refusal({ [field]: { [op]: value } })!.message;
  const form = /; write (\{.*\}) \(operators/s.exec(message)?.[1];
  if (form === undefined) return { [field]: { [/did you mean (\w+)\?/.exec(message)![1]!]: value } };
  const parsed = JSON.parse(form) as JsonObject;
  return "$not" in parsed ? parsed : { [field]: parsed };
}

const not = (condition: JsonObject): JsonObject => ({ $not: condition });
const CASES: readonly (readonly [field: string, op: string, value: Json, right: JsonObject])[] = [
  ...["_nnull", "$notNull", "exists", "$exists", "isNotNull", "not_null"].flatMap((op) => [
    [text, op, true, { [text]: { _null: false } }] as const,
    [text, op, false, { [text]: { _null: true } }] as const,
  ]),
  [text, "isNull", true, { [text]: { _null: true } }],
  [text, "$null", false, { [text]: { _null: false } }],
  ...["_ncontains", "$notContains", "not_contains", "_ncontain", "doesNotContain"].map(
    (op) => [text, op, "d", not({ [text]: { _contains: "d" } })] as const,
  ),
  [text, "_nlike", "d%", not({ [text]: { _like: "d%" } })],
  [text, "_nilike", "d%", not({ [text]: { _ilike: "d%" } })],
  [text, "_nicontains", "d", not({ [text]: { _icontains: "d" } })],
  [text, "$notContainsi", "d", not({ [text]: { _icontains: "d" } })],
  [text, "_nstarts_with", "d", not({ [text]: { _starts_with: "d" } })],
  [text, "_nistarts_with", "d", not({ [text]: { _istarts_with: "d" } })],
  [text, "_nends_with", "d", not({ [text]: { _ends_with: "d" } })],
  [text, "_nregex", "d", not({ [text]: { _regex: "d" } })],
  [number, "_nbetween", [1, 2], not({ [number]: { _between: [1, 2] } })],
  [number, "_nbetwen", [1, 2], not({ [number]: { _between: [1, 2] } })],
  [number, "$not", { $gt: 5 }, not({ [number]: { _gt: 5 } })],
  [text, "$nei", "d", not({ [text]: { _ieq: "d" } })],
  [text, "!~", "d", not({ [text]: { _icontains: "d" } })],
  [text, "~", "d", { [text]: { _icontains: "d" } }],
  [text, "$containsi", "d", { [text]: { _icontains: "d" } }],
  [text, "$eqi", "d", { [text]: { _ieq: "d" } }],
  [text, "iexact", "d", { [text]: { _ieq: "d" } }],
  [text, "$startsWithi", "d", { [text]: { _istarts_with: "d" } }],
  [text, "$endsWithi", "d", { [text]: { _iends_with: "d" } }],
  [text, "$ne", "d", { [text]: { _neq: "d" } }],
  [text, "isNot", null, { [text]: { _neq: null } }],
  [text, "notIn", ["d"], { [text]: { _nin: ["d"] } }],
  [text, "notEmpty", true, { [text]: { _nempty: true } }],
  [text, "contain", "d", { [text]: { _contains: "d" } }],
];

test("the form for a key inside JSON has the whole path", () => {
  expect(refusal({ doc: { a: { $notContains: "d" } } })?.message).toContain('{"$not":{"doc.a":{"_contains":"d"}}}');
});

for (const [field, op, value, right] of CASES) {
  const name = `${op} ${JSON.stringify(value)}`;
  test(`the form that is advised for ${name} means the same and is accepted`, () => {
    expect(advised(field, op, value)).toEqual(right);
    expect(refusal(right)).toBeUndefined();
  });
}
