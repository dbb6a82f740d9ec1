import { expect, test } from "bun:test";
import { seeded } from "../../../../../tests/contract/random-filters.ts";
import { authorId, bookId, type GraphqlAnswer, openGraphqlWorld } from "../../testing/graphql-world.ts";
import { graphqlText, randomRead } from "../../testing/random-trees.ts";

const { admin, must, post, send } = await openGraphqlWorld();

const random = seeded(20_261_130);
const some = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
await must(
  "/api/items/authors",
  ["ann", "Cyd", "%", "Dee"].map((name, i) => ({
    id: authorId(10 + i),
    name,
    secret: some(["hush", "x"]),
    code: `c${i}`,
  })),
);
await must(
  "/api/items/books",
  Array.from({ length: 30 }, (_, i) => ({
    id: bookId(10 + i),
    title: some(["One", "two", "$5", "Three", "t"]),
    pages: some([null, 0, 100, 150]),
    price: some([null, "5.00", "9.50"]),
    author: some([null, authorId(1), authorId(2), authorId(10), authorId(11)]),
  })),
);
await must(
  "/api/items/reviews",
  Array.from({ length: 60 }, () => ({ stars: some([null, 1, 3, 5]), book: bookId(10 + Math.floor(random() * 30)) })),
);
await must("/api/permissions", {
  role: "public",
  collection: "reviews",
  action: "read",
  condition: { stars: { _gt: 1 } },
});

/** What the rules hide is unknown to a stranger's schema. An administrator sees all, so the refusal is the same. */
function expectRefused(document: string, headers: object, code: string, errors: GraphqlAnswer["errors"]): void {
  const isHidden = headers !== admin && HIDDEN.includes(code);
  const codes = isHidden ? ["UNKNOWN_FIELD", "VALIDATION"] : [code];
  expect({ document, code: errors?.[0]?.extensions.code }).toEqual({
    document,
    code: expect.stringMatching(new RegExp(codes.join("|"))),
  });
}

const HIDDEN = ["FIELD_FORBIDDEN", "FORBIDDEN", "UNKNOWN_FIELD"];

test.each([
  ["an administrator", admin],
  ["a stranger under rules", {}],
] as const)("random reads of %s agree with REST", async (_who, headers) => {
  let [agreed, refused] = [0, 0];
  for (let i = 0; i < 60; i++) {
    const { slug, rest, document } = randomRead(random);
    const [byRest, byGraphql] = await Promise.all([
      send(`/api/items/${slug}/query`, rest, headers),
      post({ query: document }, headers),
    ]);
    const { data: rows, error } = (await byRest.json()) as { data?: unknown; error?: { code: string } };
    const { data, errors } = (await byGraphql.json()) as GraphqlAnswer;
    if (rows === undefined) {
      expectRefused(document, headers, error!.code, errors);
      refused++;
      continue;
    }
    expect({ document, errors, rows: data?.[slug] }).toEqual({ document, errors: undefined, rows });
    agreed++;
  }
  expect([agreed > 10, refused > 0]).toEqual([true, true]);
});

test.each([
  ["an administrator", admin],
  ["a stranger under rules", {}],
] as const)("random results, groups, connections and items of %s agree with REST", async (_who, headers) => {
  const rest = async (path: string, body?: unknown) => {
    const answer = await send(path, body, headers, body === undefined ? "GET" : "POST");
    return (await answer.json()) as {
      data?: Record<string, unknown>[] & Record<string, unknown>;
      error?: { code: string };
    };
  };
  const graphql = async (query: string) => (await (await post({ query }, headers)).json()) as GraphqlAnswer;
  let [agreed, refused] = [0, 0];
  for (let i = 0; i < 20; i++) {
    const { slug, filter, fields } = randomRead(random);
    const field = some(fields);
    const direction = some(["asc", "desc"]);
    const given = `filter: ${graphqlText(filter.graphql)}`;
    const order = `${given}, sort: [{ ${field}: ${direction} }, { id: asc }]`;
    const list = await rest(`/api/items/${slug}/query`, {
      filter: filter.rest,
      sort: [`${direction === "desc" ? "-" : ""}${field}`, "id"],
      fields: ["id", field],
      limit: 200,
    });
    const results = await rest(`/api/items/${slug}/aggregate`, {
      filter: filter.rest,
      aggregates: {
        count: { count: "*" },
        min: { min: field },
        max: { max: field },
        different: { count_distinct: field },
      },
    });
    const groups = await rest(`/api/items/${slug}/aggregate`, {
      filter: filter.rest,
      aggregates: { count: { count: "*" } },
      group_by: [field],
      sort: [field],
    });
    const id = (list.data && some(list.data)?.id) ?? bookId(99);
    const item = await rest(`/api/items/${slug}/${id as string}`);
    const document = `{
      results: ${slug}_aggregate(${given}) { count min { ${field} } max { ${field} } count_distinct { ${field} } }
      groups: ${slug}_groups(${given}, group_by: [{ field: ${field} }], sort: [{ key: { ${field}: asc } }]) { key { ${field} } count }
      item: ${slug}_by_id(id: "${id as string}") { id ${field} }
      first: ${slug}_connection(${order}, first: 5) { nodes { id ${field} } totalCount pageInfo { hasNextPage endCursor } }
      last: ${slug}_connection(${order}, last: 4) { edges { node { id ${field} } } pageInfo { hasPreviousPage } }
    }`;
    const { data, errors } = await graphql(document);
    const refusal = list.error ?? results.error ?? groups.error;
    if (refusal) {
      expectRefused(document, headers, refusal.code, errors);
      refused++;
      continue;
    }
    const rows = list.data!;
    const [{ count, min, max, different }] = results.data as unknown as [Record<string, unknown>];
    const first = data?.first as { pageInfo: { endCursor: string | null } } | undefined;
    expect({ document, errors, data }).toEqual({
      document,
      errors: undefined,
      data: {
        results: { count, min: { [field]: min }, max: { [field]: max }, count_distinct: { [field]: different } },
        groups: groups.data!.map((one) => ({ key: { [field]: one[field] }, count: one.count })),
        item: item.data ? { id, [field]: item.data[field] } : null,
        first: {
          nodes: rows.slice(0, 5),
          totalCount: rows.length,
          pageInfo: { hasNextPage: rows.length > 5, endCursor: rows.length > 0 ? expect.any(String) : null },
        },
        last: { edges: rows.slice(-4).map((node) => ({ node })), pageInfo: { hasPreviousPage: rows.length > 4 } },
      },
    });
    agreed++;
    const end = first?.pageInfo.endCursor;
    if (!end) continue;
    const further = await graphql(`{
      after: ${slug}_connection(${order}, first: 3, after: "${end}") { nodes { id ${field} } }
      before: ${slug}_connection(${order}, last: 3, before: "${end}") { nodes { id ${field} } }
    }`);
    expect(further).toEqual({
      data: { after: { nodes: rows.slice(5, 8) }, before: { nodes: rows.slice(0, 5).slice(0, -1).slice(-3) } },
    });
  }
  expect([agreed > 5, headers === admin || refused > 0]).toEqual([true, true]);
});
