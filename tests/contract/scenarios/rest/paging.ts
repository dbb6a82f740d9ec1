import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { absent, exactly } from "../../match.ts";
import { type Call, del, items, ok, post, type Reply, refused, rows, type Scenario, uuid } from "../../scenario.ts";
import type { World } from "../../world.ts";

const SPACE = 50;
const RANKS = [3, null, 1, 3, null, 2, 1, 3, 2, null, 1];
const NS = RANKS.map((_, i) => i + 1);

/** Eleven rows with ties and nulls in what they are sorted by. */
const pages = collection(
  {
    slug: "pages",
    fields: [
      { name: "rank", type: "integer" },
      { name: "n", type: "integer" },
    ],
  },
  { rows: RANKS.map((rank, i) => ({ id: uuid(SPACE, i + 1), rank, n: i + 1 })) },
);
/** The same, for the scenario that writes while it pages. */
const moving = collection(
  {
    slug: "moving",
    fields: [
      { name: "rank", type: "integer" },
      { name: "n", type: "integer" },
    ],
  },
  { rows: RANKS.map((rank, i) => ({ id: uuid(51, i + 1), rank, n: i + 1 })) },
);

/** Longer than what fits into a request's address, and in a script of three bytes a character. */
const longTexts = collection(
  { slug: "long_texts", fields: [{ name: "body", type: "longtext" }] },
  { rows: ["語", "字"].map((character, i) => ({ id: uuid(53, i + 1), body: character.repeat(100_000) })) },
);

const cursorOf = (reply: Reply | undefined): string =>
  String((reply?.json as JsonObject | undefined)?.next_cursor ?? "none");

type Page = { data: JsonObject[]; next_cursor: string | null; has_more: boolean };

async function walk(world: World, slug: string, query: Call["query"], between?: (page: number) => Promise<void>) {
  const found: number[] = [];
  let cursor: string | null = "";
  for (let page = 1; cursor !== null; page++) {
    if (page > 30) throw new Error("the walk does not end");
    const answer = (await world.must(as.secretKey, items(slug, { ...query, cursor }))) as unknown as Page;
    found.push(...answer.data.map((row) => row.n as number));
    if (answer.has_more !== (answer.next_cursor !== null)) throw new Error("has_more and next_cursor disagree");
    cursor = answer.next_cursor;
    if (cursor !== null) await between?.(page);
  }
  return found;
}

/** Every row once, in the order in which one large page has them. */
const walks = (sort: string, limit: string): Scenario => ({
  name: `keyset: walks ${sort} by ${limit}`,
  as: as.secretKey,
  needs: [pages],
  request: items("pages", { sort, limit: "100" }),
  expect: ok({ data: NS.map(() => ({ rank: (rank) => rank === null || typeof rank === "number" })) }),
  async verify(reply, world) {
    const whole = (reply.json as unknown as Page).data.map((row) => row.n);
    const found = await walk(world, "pages", { sort, limit });
    if (found.join() !== whole.join()) throw new Error(`pages give ${found.join()}, the whole is ${whole.join()}`);
  },
});

const bad = (
  query: Record<string, string>,
  field: string,
  code: "VALIDATION" | "INVALID_CURSOR" = "VALIDATION",
): Scenario => ({
  name: `paging: ${new URLSearchParams(query)} is refused`,
  as: as.secretKey,
  needs: [pages],
  request: items("pages", query),
  expect: refused(422, code, field),
});

export const scenarios: Scenario[] = [
  {
    name: "paging: limit, offset and whether there is more",
    as: as.secretKey,
    needs: [pages],
    request: items("pages", { sort: "n", limit: "4", offset: "4" }),
    expect: ok({ ...rows(SPACE, 5, 6, 7, 8), limit: 4, offset: 4, has_more: true, next_cursor: absent, meta: absent }),
    then: [
      {
        request: items("pages", { sort: "n", limit: "4", offset: "8" }),
        expect: ok({ ...rows(SPACE, 9, 10, 11), has_more: false }),
      },
      { request: items("pages", { sort: "n", offset: "99" }), expect: ok({ data: [], limit: 50, has_more: false }) },
    ],
  },
  {
    name: "paging: a last page that is full has no more",
    as: as.secretKey,
    needs: [pages],
    request: items("pages", { limit: "11" }),
    expect: ok({ has_more: false, offset: 0 }),
  },
  {
    name: "keyset: an empty cursor starts, null ends",
    as: as.secretKey,
    needs: [pages],
    request: items("pages", { sort: "n", limit: "10", cursor: "" }),
    expect: ok({ limit: 10, has_more: true, offset: absent, next_cursor: (c) => typeof c === "string" && c !== "" }),
    then: [
      {
        request: (seen) => items("pages", { sort: "n", limit: "10", cursor: cursorOf(seen.replies[0]) }),
        expect: ok({ ...rows(SPACE, 11), has_more: false, next_cursor: null }),
      },
    ],
  },
  walks("rank", "2"),
  walks("-rank", "3"),
  walks("rank,-n", "1"),
  walks("-rank,n", "4"),
  walks("-created_at", "5"),
  {
    name: "keyset: rows that come and go behind the cursor move nothing",
    as: as.secretKey,
    needs: [moving],
    request: items("moving", { sort: "rank,n", limit: "100" }),
    expect: ok(rows(51, 2, 5, 10, 3, 7, 11, 6, 9, 1, 4, 8)),
    async verify(_, world) {
      const found = await walk(world, "moving", { sort: "rank,n", limit: "3" }, async (page) => {
        const row = { id: uuid(51, 100 + page), rank: null, n: -page };
        await world.must(as.secretKey, post("/api/items/moving", row));
        if (page === 2) await world.must(as.secretKey, del(`/api/items/moving/${uuid(51, 2)}`));
      });
      if (found.join() !== "2,5,10,3,7,11,6,9,1,4,8") throw new Error(`the walk found ${found.join()}`);
    },
  },
  {
    name: "keyset: goes with a filter and a relation in the sort",
    as: as.secretKey,
    needs: [
      pages,
      collection(
        {
          slug: "leaves",
          fields: [
            { name: "page", type: "relation", to: "pages" },
            { name: "n", type: "integer" },
          ],
        },
        { needs: [pages], rows: NS.map((n) => ({ n, ...(n % 2 === 1 && { page: uuid(SPACE, n) }) })) },
      ),
    ],
    request: items("leaves", { sort: "page.rank,n", limit: "100", filter: { n: { _gt: 1 } } }),
    expect: ok({ data: [2, 4, 5, 6, 8, 10, 3, 7, 11, 9].map((n) => ({ n })) }),
    async verify(_, world) {
      const found = await walk(world, "leaves", { sort: "page.rank,n", limit: "3", filter: { n: { _gt: 1 } } });
      if (found.join() !== "2,4,5,6,8,10,3,7,11,9") throw new Error(`the walk found ${found.join()}`);
    },
  },
  {
    name: "keyset: a cursor belongs to its sort",
    as: as.secretKey,
    needs: [pages],
    given: [
      {
        request: items("pages", { sort: "n", limit: "2", cursor: "" }),
        expect: { status: 200, excludes: ['"error"'] },
      },
    ],
    request: (seen) => items("pages", { sort: "-rank", cursor: cursorOf(seen.replies[0]) }),
    expect: refused(422, "INVALID_CURSOR", "cursor"),
  },
  bad({ limit: "0" }, "limit"),
  bad({ limit: "1001" }, "limit"),
  bad({ limit: "-1" }, "limit"),
  bad({ limit: "ten" }, "limit"),
  bad({ limit: "1.5" }, "limit"),
  bad({ limit: "1; DROP TABLE pages" }, "limit"),
  bad({ offset: "-1" }, "offset"),
  bad({ offset: "x" }, "offset"),
  bad({ cursor: "", offset: "0" }, "offset"),
  bad({ cursor: "not a cursor" }, "cursor", "INVALID_CURSOR"),
  bad({ cursor: "' OR 1=1 --" }, "cursor", "INVALID_CURSOR"),
  bad({ cursor: btoa('{"s":"n","v":[{"a":1}]}').replace(/=+$/, "") }, "cursor", "INVALID_CURSOR"),
  bad({ sort: "n", cursor: btoa('{"s":"n","v":[]}').replace(/=+$/, "") }, "cursor", "INVALID_CURSOR"),
  bad({ sort: "n", cursor: btoa('{"s":"n","v":["x","y"]}').replace(/=+$/, "") }, "cursor", "INVALID_CURSOR"),
  bad({ meta: "everything" }, "meta"),
  {
    name: "keyset: a cursor that could not be sent back is never given",
    as: as.secretKey,
    needs: [longTexts],
    request: items("long_texts", { sort: "body", limit: "1", cursor: "", fields: "id" }),
    expect: refused(422, "VALIDATION", "sort"),
    then: [
      { request: items("long_texts", { sort: "body", limit: "1", fields: "id" }), expect: ok({ data: [{}] }) },
      {
        request: items("long_texts", { sort: "body", limit: "2", cursor: "", fields: "id" }),
        expect: ok({ data: [{}, {}], next_cursor: null }),
      },
    ],
  },
  {
    name: "meta: how many match and how many there are",
    as: as.secretKey,
    needs: [pages],
    request: items("pages", { filter: { rank: { _gte: 2 } }, meta: "filter_count,total_count", limit: "1" }),
    expect: ok({ data: [{}], meta: exactly({ filter_count: 5, total_count: 11 }) }),
    then: [
      { request: items("pages", { meta: "filter_count" }), expect: ok({ meta: exactly({ filter_count: 11 }) }) },
      { request: items("pages", { meta: "total_count" }), expect: ok({ meta: exactly({ total_count: 11 }) }) },
      {
        request: items("pages", { meta: "*", cursor: "" }),
        expect: ok({ meta: { total_count: 11, filter_count: 11 } }),
      },
    ],
  },
];
