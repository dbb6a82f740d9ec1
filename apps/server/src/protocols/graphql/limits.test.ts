import { expect, test } from "bun:test";
import { openGraphqlWorld } from "../../testing/graphql-world.ts";

const { ask, statements } = await openGraphqlWorld();

const nested = (depth: number): string => (depth === 0 ? "name" : `books { author { ${nested(depth - 1)} } }`);
const many = (count: number, of: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => of(i)).join(" ");

test.each([
  ["many levels", `{ authors { ${nested(9)} } }`],
  ["many aliases", `{ ${many(51, (i) => `a${i}: authors { name }`)} }`],
  ["many fields", `{ authors { ${many(1001, (i) => `a${i}: name`)} } }`],
  ["one name again and again", `{ authors { ${many(21, () => "name")} } }`],
  ["a fragment in itself", "{ authors { ...a } } fragment a on authors { name ...b } fragment b on authors { ...a }"],
  [
    "fragments that double each other",
    `{ authors { ...f0 } } ${many(12, (i) => `fragment f${i} on authors { ...f${i + 1} ...f${i + 1} }`)} fragment f12 on authors { name }`,
  ],
  ["lists of lists of lists", "{ authors(limit: 100) { books(limit: 100) { reviews(limit: 100) { stars } } } }"],
  ["a list by a variable", "query ($n: Int = 1000) { authors(limit: $n) { books(limit: $n) { title } } }"],
  ["many reads", `{ ${many(34, (i) => `a${i}: authors { b: books { title } c: books { title } }`)} }`],
  ["many tokens", `{ authors(filter: { name: { _in: [${many(10_001, () => '"a"')}] } }) { name } }`],
  ["a long text", `{ authors { name } } #${"x".repeat(100_001)}`],
])("%s are refused before the database is asked", async (_what, query) => {
  // The caller and the catalog are known for a moment.
  await ask("{ __typename }");
  statements.length = 0;
  const { data, errors } = await ask(query);
  expect(data ?? null).toBeNull();
  expect(errors).toHaveLength(1);
  expect(["LIMIT_EXCEEDED", "VALIDATION"]).toContain(errors![0]!.extensions.code);
  expect(statements.filter((sql) => /books|authors|reviews|\bc_/.test(sql))).toEqual([]);
});

test("the introspection of usual clients is within the bounds", async () => {
  const { getIntrospectionQuery } = await import("graphql");
  const { data, errors } = await ask(getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true }));
  expect(errors).toBeUndefined();
  expect(JSON.stringify(data)).toContain("books_connection");
});

test("a list takes no more than any list may have", async () => {
  const { errors } = await ask("{ authors(limit: 2000) { name } }");
  expect(errors![0]!.extensions).toMatchObject({ code: "VALIDATION", details: { field: "limit" } });
});
