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
  ["many names for one value", `{ authors { ${many(6, (i) => `a${i}: name`)} } }`],
  ["many names for the type", `{ authors { ${many(6, (i) => `a${i}: __typename`)} } }`],
  [
    "the nodes of a page under many names, with names of their own",
    `{ authors_connection { a: nodes { ...n } b: nodes { ...n } edges { node { ...n } } } } fragment n on authors { x: name y: name }`,
  ],
  [
    "copies of related items",
    `{ authors_connection { ${many(3, (i) => `a${i}: nodes { ...n }`)} } } fragment n on authors { books { x: title y: title } }`,
  ],
  ["the schema twice", "{ a: __schema { description } b: __schema { description } }"],
  ["introspection under many names", "{ __schema { types { a: fields { name } b: fields { name } } } }"],
  ["introspection of lists within lists", "{ __schema { types { fields { type { fields { name } } } } } }"],
  ["deep brackets", `{ authors(filter: { name: { _in: ${"[".repeat(4900)}${"]".repeat(4900)} } }) { name } }`],
  ["deep types", `query ($a: ${"[".repeat(4900)}Int${"]".repeat(4900)}) { authors { name } }`],
  [
    "related items of many written ones",
    `mutation { create_many_authors(data: [${'{ name: "x" } '.repeat(300)}]) { books(limit: 1000) { title } } }`,
  ],
  [
    "related items of many upserted ones",
    `mutation { upsert_authors(on_conflict: [code], data: [${'{ name: "x" } '.repeat(300)}]) { items { books(limit: 1000) { title } } } }`,
  ],
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

test("what one relation shows under several names is read for each, and no copy", async () => {
  const { errors } = await ask(
    `{ ${many(6, (i) => `a${i}: authors { ...card }`)} } fragment card on authors { ${many(6, (i) => `b${i}: books(offset: ${i}) { title }`)} }`,
  );
  expect(errors).toBeUndefined();
});

test("the fields of a query share one budget, and are read in turn", async () => {
  const world = await openGraphqlWorld({ maxAnswerBytes: 20_000 });
  const authors = Array.from({ length: 30 }, (_, i) => ({ name: "Long", secret: "x".repeat(200), code: `long${i}` }));
  await world.must("/api/items/authors", authors);
  const lists = await world.ask(
    `{ ${many(4, (i) => `a${i}: authors(filter: { name: { _eq: "Long" } }) { secret }`)} }`,
  );
  const refused = (name: string) => ({ path: [name], extensions: { code: "LIMIT_EXCEEDED" } });
  expect(lists.errors).toMatchObject([refused("a2"), refused("a3")]);
  const groups = await world.ask(
    `{ ${many(4, (i) => `a${i}: authors_groups(filter: { name: { _eq: "Long" } }, group_by: [{ field: code }]) { max { secret } }`)} }`,
  );
  expect(groups.errors).toMatchObject([refused("a2"), refused("a3")]);
});

test("a refused read leaves those after it", async () => {
  const { data, errors } = await ask(
    '{ a: authors(limit: 0) { name } b: authors(filter: { code: { _eq: "a" } }) { name } }',
  );
  expect(errors).toMatchObject([{ path: ["a"] }]);
  expect(data).toEqual({ a: null, b: [{ name: "Ann" }] });
});

test.each(["first: 0", "first: 5000", "last: -1"])(
  "a page of %s is refused by the argument's own name",
  async (size) => {
    const { errors } = await ask(`{ authors_connection(${size}) { nodes { name } } }`);
    const { extensions } = errors![0]!;
    expect(extensions).toMatchObject({ code: "VALIDATION", details: { field: size.split(":")[0] } });
  },
);

test("a list takes no more than any list may have", async () => {
  const { errors } = await ask("{ authors(limit: 2000) { name } }");
  expect(errors![0]!.extensions).toMatchObject({ code: "VALIDATION", details: { field: "limit" } });
});
