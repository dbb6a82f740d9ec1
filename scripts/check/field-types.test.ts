import { expect, test } from "bun:test";
import { checkFieldTypes } from "./field-types.ts";
import { readSource } from "./files.ts";

const NAMES = [
  "text",
  "longtext",
  "integer",
  "number",
  "boolean",
  "json",
  "uuid",
  "enum",
  "relation",
  "relation_many",
  "files",
];

const problemsIn = (code: string, file = "packages/engine/src/a.ts") =>
  checkFieldTypes([readSource(file, code)], NAMES).map((problem) => problem.message);

test.each([
  'if (field.type === "relation") f()',
  'if (field?.type !== "json") f()',
  'if ("text" === field.type) f()',
  'if (type == "integer") f()',
  'const { type } = field; return type === "uuid" || x;',
  'const t = field.type; if (t === "number") f()',
  'if (typeOf(field) === "boolean") f()',
  'if ((field.type) === "text") f()',
  'switch (field.type) { case "enum": f() }',
  'const t = field.type; switch (t) { default: g(); case "text": f() }',
  'switch (kind) { case 1: switch (t) { case "json": f() } }',
  '["text", "longtext"].includes(type)',
  'new Set(["integer", "number"])',
  "const most = { text: 255, longtext: 1000 }",
  'const most = { "text": { a: 1 }, json: [2, 3] }',
  "const most = MOST[field.type]",
  "const most = MOST[ref.field!.type]",
  "FIELD_TYPES.text === fieldType(field)",
  'const made: Field = { name: "n", type: "integer" }',
  'const made = { type: long ? "longtext" : other }',
  'function make(type = "text") {}',
])("refuses %s", (code) => {
  expect(problemsIn(code).length).toBeGreaterThan(0);
});

test.each([
  "if (isReference(field)) f()",
  'if (condition.kind === "text") f()',
  'switch (condition.kind) { case "text": f() }',
  'if (format === "json") f()',
  'if (typeof value === "number" || "boolean" === typeof value.x) f()',
  'switch (typeof value) { case "boolean": f() }',
  'if (as && as !== "boolean") f()',
  'if (storageOf(field) === "json") f()',
  'if (target?.system !== "files") f()',
  'switch (storageOf(ref.field)) { case "uuid": f() }',
  'c.req.valid("json")',
  'const FORMATS = ["csv", "json", "ndjson"]',
  'const KINDS = ["string", "number", "boolean"]',
  "const JSON_FIELDS = { string: a, number: b, boolean: c }",
  "const columns = { text: 1, json: 2, bigint: 3 }",
  "const { text, json } = await read()",
  "interface Page { text: string; uuid(): string }",
  "const found = found.types[0]",
  'message(field.name, "is a text")',
  "// field.type === 'text'",
])("allows %s", (code) => {
  expect(problemsIn(code)).toEqual([]);
});

test("a schema's and an option's type is none of a field", () => {
  for (const file of ["apps/server/src/http/openapi/a.ts", "packages/cli/src/a.ts"]) {
    expect(problemsIn('const flag = { type: "boolean" }; if (schema.type === "integer") f()', file)).toEqual([]);
    expect(problemsIn('const made = { name: "title", type: "text" }', file)).toHaveLength(1);
  }
  expect(problemsIn('import own from "../package.json" with { type: "json" };')).toEqual([]);
});

test("the types themselves, tests, tools and pages may", () => {
  for (const file of [
    "packages/core/src/fields/text.ts",
    "packages/engine/src/a.test.ts",
    "packages/engine/test/a.ts",
    "packages/conformance/src/sql/a.ts",
    "tests/fuzz/a.ts",
    "apps/server/src/pages/start.ts",
  ]) {
    expect(problemsIn('field.type === "text"', file)).toEqual([]);
  }
  expect(problemsIn('field.type === "text"', "packages/core/src/schema.ts")).toHaveLength(1);
});
