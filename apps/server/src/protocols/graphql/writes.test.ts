import { expect, test } from "bun:test";
import { authorId, bookId, openGraphqlWorld } from "../../testing/graphql-world.ts";

const { ask, data } = await openGraphqlWorld();

const codes = async (query: string, variables?: object, headers?: Record<string, string>) =>
  (await ask(query, variables, headers)).errors?.map(({ extensions }) => extensions.code);

test("an item is created with related ones, changed on a condition, and deleted", async () => {
  const create = `mutation ($data: books_create!) { create_books(data: $data) { id title price version author { name } reviews(sort: [{ stars: asc }]) { stars } } }`;
  const made = (await data(create, {
    data: {
      title: "Four",
      price: "1.5",
      author: { create: { name: "Cyd" } },
      reviews: { create: [{ stars: 1 }, { stars: 2 }] },
    },
  })) as { create_books: { id: string; version: number } & Record<string, unknown> };
  const { id, version } = made.create_books;
  expect(made.create_books).toEqual({
    id,
    title: "Four",
    price: "1.50",
    version,
    author: { name: "Cyd" },
    reviews: [{ stars: 1 }, { stars: 2 }],
  });
  const update = `mutation ($id: UUID!, $version: Integer) {
    update_books(id: $id, if_version: $version, data: { pages: 7, author: { lookup: { code: "a" } } }) { pages version author { name } }
  }`;
  expect(await data(update, { id, version })).toEqual({
    update_books: { pages: 7, version: version + 1, author: { name: "Ann" } },
  });
  expect(await codes(update, { id, version })).toEqual(["PRECONDITION_FAILED"]);
  expect(await data(`mutation { update_books(id: "${id}", data: { _inc: { pages: 3 } }) { pages } }`)).toEqual({
    update_books: { pages: 10 },
  });
  expect(await data(`mutation { delete_books(id: "${id}") { id } }`)).toEqual({ delete_books: { id } });
  expect(await codes(`mutation { delete_books(id: "${id}") { id } }`)).toEqual(["ITEM_NOT_FOUND"]);
});

test("items are upserted, and written by a filter", async () => {
  const upsert = `mutation ($data: [authors_create!]!) {
    upsert_authors(on_conflict: [code], data: $data) { inserted updated ignored items { name code } }
  }`;
  const given = [
    { name: "Ann B.", code: "a" },
    { name: "Dee", code: "d" },
  ];
  expect(await data(upsert, { data: given })).toEqual({
    upsert_authors: { inserted: 1, updated: 1, ignored: 0, items: given },
  });
  const bulk = `mutation ($dry: Boolean) { update_many_books(filter: { pages: { _gt: 150 } }, data: { pages: 300 }, dry_run: $dry) { matched updated } }`;
  expect(await data(bulk, { dry: true })).toEqual({ update_many_books: { matched: 1, updated: 0 } });
  expect(await data(bulk)).toEqual({ update_many_books: { matched: 1, updated: 1 } });
  expect(await data(`mutation { delete_many_books(filter: { title: { _eq: "Nothing" } }) { deleted } }`)).toEqual({
    delete_many_books: { deleted: 0 },
  });
});

test("each field of a mutation is a batch, and with @atomic all are one", async () => {
  const fields = `
    first: create_books(data: { title: "Atomic" }) { title }
    second: update_books(id: "${bookId(98)}", data: { title: "No" }) { title }`;
  const count = async () =>
    (
      (await data(`{ books_aggregate(filter: { title: { _eq: "Atomic" } }) { count } }`)) as {
        books_aggregate: unknown;
      }
    ).books_aggregate;
  const refused = await ask(`mutation @atomic { ${fields} }`);
  expect(refused.data).toEqual({ first: null, second: null });
  expect(refused.errors![0]!.extensions.code).toBe("ITEM_NOT_FOUND");
  expect(await count()).toEqual({ count: 0 });
  const half = await ask(`mutation { ${fields} }`);
  expect([half.data, half.errors!.length]).toEqual([{ first: { title: "Atomic" }, second: null }, 1]);
  expect(await count()).toEqual({ count: 1 });
  expect(
    await data(`mutation @atomic {
      create_many_authors(data: [{ name: "E" }, { name: "F" }]) { name }
      update_authors(id: "${authorId(2)}", data: { name: "Ben B." }) { name books { title } }
      upsert_authors(on_conflict: [code], data: [{ name: "G", code: "g" }]) { inserted items { name } }
    }`),
  ).toEqual({
    create_many_authors: [{ name: "E" }, { name: "F" }],
    update_authors: { name: "Ben B.", books: [{ title: "Three" }] },
    upsert_authors: { inserted: 1, items: [{ name: "G" }] },
  });
});

test("who may only create learns nothing else, and who may not write has no fields for it", async () => {
  expect(await data('mutation { create_letters(data: { body: "Hello" }) { __typename } }', {}, {})).toEqual({
    create_letters: { __typename: "Written" },
  });
  expect(await codes('mutation { create_books(data: { title: "x" }) { id } }', {}, {})).toEqual(["UNKNOWN_FIELD"]);
});

test("whoever only looks writes nothing", async () => {
  const answer = await ask(
    'mutation { create_letters(data: { body: "x" }) { id } }',
    {},
    { "x-plinth-view-as": "public" },
  );
  expect(answer.errors?.length).toBeGreaterThan(0);
});

const countOf = async (title: string): Promise<unknown> =>
  (await data(`{ books_aggregate(filter: { title: { _eq: "${title}" } }) { count } }`)).books_aggregate;

test.each<[why: string, selected: string, code?: string]>([
  ["a limit", "reviews(limit: 5000) { stars }"],
  ["a filter", "reviews(filter: { stars: null }) { stars }"],
  ["a path", 'reviews(sort: [{ _path: { path: "nothing", direction: asc } }]) { stars }', "UNKNOWN_FIELD"],
  ["a key that is not grouped", "reviews_groups(group_by: []) { key { stars } }"],
  ["what is below a related item", "author { books(limit: 5000) { title } }"],
])("nothing is written where the selection is refused by %s", async (_why, selected, code = "VALIDATION") => {
  const fields = [
    `create_books(data: { title: "Refused" }) { title ${selected} }`,
    `create_many_books(data: [{ title: "Refused" }]) { title ${selected} }`,
    `upsert_books(on_conflict: [id], data: [{ id: "${bookId(77)}", title: "Refused" }]) { items { title ${selected} } }`,
  ];
  for (const field of fields) {
    expect(await codes(`mutation { ${field} }`)).toEqual([code]);
    expect(await codes(`mutation @atomic { ${field} }`)).toEqual([code]);
  }
  expect(await countOf("Refused")).toEqual({ count: 0 });
});

test("an error with @atomic is that of the field which was refused, with its own names", async () => {
  const refused = await ask(`mutation @atomic {
    one: create_authors(data: { name: "H" }) { name }
    two: create_many_authors(data: [{ name: "I" }, { name: "J", code: "a" }]) { name }
    three: update_authors(id: "${authorId(1)}", data: { name: "No" }) { name }
  }`);
  expect(refused.errors!.map(({ path, extensions: { code, details } }) => [path, code, details])).toEqual([
    [["one"], "UNIQUE_VIOLATION", { refused: "two" }],
    [["two"], "UNIQUE_VIOLATION", { field: "data.1.code", fields: ["code"] }],
    [["three"], "UNIQUE_VIOLATION", { refused: "two" }],
  ]);
  expect(refused.errors!.some(({ message }) => message.includes("operations"))).toBe(false);
});

test("a mutation with @atomic writes as much as a batch", async () => {
  const many = Array.from({ length: 501 }, () => ({ title: "Many" }));
  const query = "mutation ($many: [books_create!]!) @atomic { create_many_books(data: $many) { id } }";
  const { errors } = await ask(query, { many });
  expect(errors![0]!.extensions).toMatchObject({ code: "LIMIT_EXCEEDED", details: { field: "data" } });
  expect(errors![0]!.message).toContain("500");
});

test("a read that fails after the write says that the write is done", async () => {
  const world = await openGraphqlWorld({ maxScan: 5 });
  const more = Array.from({ length: 20 }, (_, i) => ({ id: bookId(20 + i), title: "Late", author: authorId(1) }));
  await world.must("/api/items/books", more);
  const { errors } = await world.ask(`mutation {
    update_authors(id: "${authorId(1)}", data: { name: "Done" }) { name books_aggregate(filter: { title: { _contains: "a" } }) { count } }
  }`);
  expect(errors![0]!.extensions).toMatchObject({ code: "LIMIT_EXCEEDED", details: { written: true } });
  expect(await world.data(`{ authors_by_id(id: "${authorId(1)}") { name } }`)).toEqual({
    authors_by_id: { name: "Done" },
  });
});
