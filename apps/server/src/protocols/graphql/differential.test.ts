import { expect, test } from "bun:test";
import { seeded } from "../../../../../tests/contract/random-filters.ts";
import { authorId, bookId, type GraphqlAnswer, openGraphqlWorld } from "../../testing/graphql-world.ts";
import { randomRead } from "../../testing/random-trees.ts";

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
      // What the rules hide is unknown to a stranger's schema. An administrator sees all, so the refusal is the same.
      const code = headers === admin ? error!.code : expect.any(String);
      expect([document, errors?.[0]?.extensions.code]).toEqual([document, code]);
      refused++;
      continue;
    }
    expect({ document, errors, rows: data?.[slug] }).toEqual({ document, errors: undefined, rows });
    agreed++;
  }
  expect([agreed > 10, refused > 0]).toEqual([true, true]);
});
