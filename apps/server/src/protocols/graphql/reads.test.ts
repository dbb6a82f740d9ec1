import { expect, test } from "bun:test";
import { authorId, bookId, openGraphqlWorld } from "../../testing/graphql-world.ts";

const { ask, data, statements, call, must, send } = await openGraphqlWorld();

test("items are read by filter, order and page, with typed values", async () => {
  const query = `query ($least: Integer) {
    books(filter: { pages: { _gte: $least }, author: { name: { _eq: "Ann" } } }, sort: [{ pages: desc }], limit: 1) {
      id title pages price facts author_id
    }
  }`;
  expect(await data(query, { least: 1 })).toEqual({
    books: [{ id: bookId(2), title: "Two", pages: 200, price: "20.00", facts: { year: 2005 }, author_id: authorId(1) }],
  });
});

test("three levels are read by at most four statements, however many items there are", async () => {
  const query = `{ authors(sort: [{ name: asc }]) { name books(sort: [{ title: asc }]) { title reviews(sort: [{ stars: asc }]) { stars } } } }`;
  await data(query);
  statements.length = 0;
  expect(await data(query)).toEqual({
    authors: [
      {
        name: "Ann",
        books: [
          { title: "One", reviews: [{ stars: 3 }, { stars: 5 }] },
          { title: "Two", reviews: [{ stars: 4 }] },
        ],
      },
      { name: "Ben", books: [{ title: "Three", reviews: [] }] },
    ],
  });
  const reads = statements.filter((sql) => /\bc_|"books"|"authors"|"reviews"/.test(sql));
  expect(reads.length).toBeGreaterThan(0);
  expect(reads.length).toBeLessThanOrEqual(4);
});

test("one relation is selected twice, and a field has another's name", async () => {
  const query = `query ($all: Boolean!) {
    authors_by_id(id: "${authorId(1)}") {
      title: name
      long: books(filter: { pages: { _gt: 150 } }) { ...named }
      short: books(filter: { pages: { _lt: 150 } }) { ...named pages @include(if: $all) }
      ...more
    }
  }
  fragment named on books { name: title }
  fragment more on authors { long: books(filter: { pages: { _gt: 150 } }) { pages author { name } } }`;
  expect(await data(query, { all: false })).toEqual({
    authors_by_id: {
      title: "Ann",
      long: [{ name: "Two", pages: 200, author: { name: "Ann" } }],
      short: [{ name: "One" }],
    },
  });
});

test("an item that does not exist is null", async () => {
  expect(await data(`{ books_by_id(id: "${bookId(99)}") { title } }`)).toEqual({ books_by_id: null });
});

test("connections have cursors in both directions", async () => {
  const page = (args: string) =>
    data(`{ books_connection(sort: [{ title: asc }], ${args}) {
      edges { cursor node { title } } nodes { id } totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } }`) as Promise<{ books_connection: Connection }>;
  interface Connection {
    edges: { cursor: string; node: { title: string } }[];
    nodes: { id: string }[];
    totalCount: number;
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
  }
  const titles = ({ edges }: Connection) => edges.map(({ node }) => node.title);
  const { books_connection: first } = await page("first: 2");
  expect([titles(first), first.totalCount, first.nodes.map(({ id }) => id)]).toEqual([
    ["One", "Three"],
    3,
    [bookId(1), bookId(3)],
  ]);
  expect(first.pageInfo).toEqual({
    hasNextPage: true,
    hasPreviousPage: false,
    startCursor: first.edges[0]!.cursor,
    endCursor: first.edges[1]!.cursor,
  });
  const { books_connection: second } = await page(`first: 2, after: "${first.pageInfo.endCursor}"`);
  expect([titles(second), second.pageInfo.hasNextPage, second.pageInfo.hasPreviousPage]).toEqual([
    ["Two"],
    false,
    true,
  ]);
  const { books_connection: back } = await page(`last: 1, before: "${second.edges[0]!.cursor}"`);
  expect([titles(back), back.pageInfo.hasNextPage, back.pageInfo.hasPreviousPage]).toEqual([["Three"], true, true]);
  const { books_connection: end } = await page("last: 2");
  expect([titles(end), end.pageInfo.hasNextPage, end.pageInfo.hasPreviousPage]).toEqual([
    ["Three", "Two"],
    false,
    true,
  ]);
});

test("aggregates and groups have typed results, at the top and of related items", async () => {
  const query = `{
    books_aggregate(filter: { pages: { _null: false } }) { count sum { pages price } avg { pages } max { title } }
    books_groups(group_by: [{ field: author_id }], having: { count: { _gte: 1 } }, sort: [{ count: desc }]) {
      key { author_id } count count_distinct { title }
    }
    authors(sort: [{ name: desc }]) { name books_aggregate { count sum { pages } } books_groups(group_by: [{ field: pages }]) { key { pages } count } }
  }`;
  expect(await data(query)).toEqual({
    books_aggregate: { count: 2, sum: { pages: 300, price: "29.50" }, avg: { pages: 150 }, max: { title: "Two" } },
    books_groups: [
      { key: { author_id: authorId(1) }, count: 2, count_distinct: { title: 2 } },
      { key: { author_id: authorId(2) }, count: 1, count_distinct: { title: 1 } },
    ],
    authors: [
      {
        name: "Ben",
        books_aggregate: { count: 1, sum: { pages: null } },
        books_groups: [{ key: { pages: null }, count: 1 }],
      },
      {
        name: "Ann",
        books_aggregate: { count: 2, sum: { pages: 300 } },
        books_groups: [
          { key: { pages: 100 }, count: 1 },
          { key: { pages: 200 }, count: 1 },
        ],
      },
    ],
  });
});

test("a stranger's schema has what the rules show, and its answers too", async () => {
  const sdl = await (await call("/api/graphql/schema")).text();
  expect(sdl).toContain("type authors {");
  expect(sdl).not.toMatch(/secret|reviews|letters_filter/);
  expect(sdl).toContain("create_letters");
  expect(await data("{ books(sort: [{ title: asc }]) { title author { name } } }", {}, {})).toEqual({
    books: [
      { title: "One", author: { name: "Ann" } },
      { title: "Two", author: { name: "Ann" } },
    ],
  });
  const { errors } = await ask("{ authors { secret } }", {}, {});
  expect(errors!.map(({ extensions }) => extensions.code)).toEqual(["UNKNOWN_FIELD"]);
});

test("a change of a collection is in the next schema", async () => {
  await must("/api/collections", { slug: "notes", fields: [{ name: "text", type: "text" }] });
  expect(await data("{ notes { text } }")).toEqual({ notes: [] });
  await must("/api/collections/notes", { fields: [{ name: "rank", type: "integer" }] }, "PATCH");
  expect(await data("{ notes { rank } }")).toEqual({ notes: [] });
});

test("errors have the catalogue's codes, and the other fields their answers", async () => {
  const { data: found, errors } = await ask(
    '{ books_connection(after: "nothing") { nodes { id } } authors_aggregate { count } }',
  );
  expect(found).toEqual({ books_connection: null, authors_aggregate: { count: 2 } });
  expect(errors).toMatchObject([
    { path: ["books_connection"], extensions: { code: "INVALID_CURSOR", request_id: expect.any(String) } },
  ]);
});

test("a text that looks like a variable is a text", async () => {
  expect(await data('{ books(filter: { title: { _in: ["$5", "One"] } }) { title } }')).toEqual({
    books: [{ title: "One" }],
  });
  expect(await data('{ books(filter: { title: { _eq: "{{user.id}}" } }) { title } }')).toEqual({ books: [] });
});

test("credentials that are wrong are refused in GraphQL's form", async () => {
  const answer = await send("/api/graphql", { query: "{ __typename }" }, { authorization: "Bearer nothing" });
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: "INVALID_TOKEN" } }] });
});

test("texts that are variables' names, and times relative to now, have a form", async () => {
  await must("/api/items/letters", [{ body: "$user.id" }, { body: "soon" }]);
  const found = async (filter: string, declared = "", variables: object = {}): Promise<unknown> =>
    (await data(`query ${declared} { letters(filter: ${filter}, sort: [{ body: asc }]) { body } }`, variables)).letters;
  const both = [{ body: "$user.id" }, { body: "soon" }];
  expect(await found("{ body: { _literal: { _eq: $q } } }", "($q: String)", { q: "$user.id" })).toEqual([both[0]!]);
  expect(await found('{ body: { _literal: { _contains: $q }, _neq: "x" } }', "($q: String)", { q: "$user" })).toEqual([
    both[0]!,
  ]);
  expect(
    await found("{ created_at: { _now: { _gte: { sub: { days: $days } }, _lte: {} } } }", "($days: Int)", { days: 7 }),
  ).toEqual(both);
  expect(
    await found('{ created_at: { _now: { _gt: { start: year, add: { years: 1 }, zone: "Europe/Berlin" } } } }'),
  ).toEqual([]);
  expect(
    (
      await data(
        "{ letters_groups(group_by: [{ field: body }], having: { max: { created_at: { _now: { _gt: { add: { hours: 1 } } } } } }) { count } }",
      )
    ).letters_groups,
  ).toEqual([]);
  const { errors } = await ask("{ letters(filter: { created_at: { _now: null } }) { body } }");
  expect(errors![0]!.extensions).toMatchObject({ code: "VALIDATION", details: { field: "filter.created_at._now" } });
});
