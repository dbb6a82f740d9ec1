import type { Json } from "@plinth/core";
import { as } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { absent, aText, exactly, must } from "../../match.ts";
import { type NameOf, namedRows } from "../../rows.ts";
import { type Call, ok, patch, post, refused, type Scenario, type Step } from "../../scenario.ts";
import type { World } from "../../world.ts";

const GAMES = namedRows(82, { low: 1, middle: 2, high: 3 });

const games = collection(
  {
    slug: "games",
    fields: [
      { name: "name", type: "text" },
      { name: "score", type: "integer" },
      { name: "secret_note", type: "text" },
    ],
  },
  {
    rules: [{ role: "public", action: "read", condition: { score: { _gte: 0 } }, fields: ["name", "score"] }],
    rows: [
      { id: GAMES.low, name: "game 1", score: 10, secret_note: "classified" },
      { id: GAMES.middle, name: "game 2", score: 20, secret_note: "classified" },
      { id: GAMES.high, name: "game 3", score: 30, secret_note: "classified" },
    ],
  },
);

const live = (body: Json, known?: string): Call => ({
  ...post("/api/live", body),
  query: { poll: "1", ...(known && { known }) },
});
const top = { collection: "games", sort: "-score", limit: 2 };
const counted = { collection: "games", group_by: ["score"], aggregates: { id: { count: "*" } } };
const checksumIn = (json: unknown): string => (json as { data: { checksum: string }[] }).data[0]?.checksum ?? "";
const hasTop = function hasTop(value: unknown): boolean {
  const sent = value as { event: string }[];
  return ["snapshot", "diff"].includes(sent.at(-1)?.event ?? "");
};
const scored = (name: NameOf<typeof GAMES>, score: number): Step => ({
  as: as.secretKey,
  request: patch(`/api/items/games/${GAMES[name]}`, { score }),
  expect: { status: 200, excludes: [] },
});

/** Nobody else's query, so that no other scenario's last write is still on its way to it. */
const own = { ...top, fields: ["name", "score"] };
const ATTEMPTS = 10;

/** What a poll that holds the present result gets of a write during its wait. */
async function sentMeanwhile(world: World): Promise<Json[]> {
  const poll = async (known?: string) => (await world.must(as.anonymous, live(own, known))).data as Json[];
  const score = (value: number) => world.must(as.secretKey, patch(`/api/items/games/${GAMES.low}`, { score: value }));
  for (let attempt = 1; ; attempt++) {
    const { checksum } = (await poll()).at(-1) as { checksum: string };
    const waiting = poll(checksum);
    await new Promise((resolve) => setTimeout(resolve, attempt * 500));
    const [sent] = await Promise.all([waiting, score(99)]);
    await score(10);
    // A slow host may have read only after the write: then the poll got the whole result, and did not wait.
    const late = (sent[0] as { event: string }).event !== "same";
    if (!late || attempt === ATTEMPTS) return sent;
  }
}

export const scenarios: Scenario[] = [
  {
    name: "live: a query's result as the caller sees it, with a checksum",
    as: as.anonymous,
    needs: [games],
    request: live(top),
    expect: {
      ...ok({
        data: [
          {
            event: "snapshot",
            checksum: aText,
            rows: [
              { id: GAMES.high, checksum: aText, data: { name: "game 3", secret_note: absent } },
              { id: GAMES.middle, checksum: aText },
            ],
          },
        ],
      }),
      excludes: ["classified"],
    },
  },
  {
    name: "live: a client that holds a result gets the next one",
    as: as.anonymous,
    needs: [games],
    given: [{ request: live(top), expect: { status: 200 } }, scored("low", 99)],
    request: ({ replies }) => live(top, checksumIn(replies[0]!.json)),
    // As a whole, or as the steps that lead there where the server still has what the caller holds: a checksum alone tells
    // that it is no longer the result, not what it was, and no host promises to have kept that. Steps are asked for below.
    expect: { ...ok(), body: { data: hasTop }, contains: [GAMES.low], excludes: ["classified"] },
    then: [scored("low", 10)],
  },
  {
    name: "live: a client that waits with the present result gets the steps to the next one, on every host",
    as: as.anonymous,
    needs: [games],
    request: live(own),
    expect: { ...ok({ data: [{ event: "snapshot", rows: [{}, {}] }] }), excludes: ["classified"] },
    async verify(_, world) {
      const sent = await sentMeanwhile(world);
      const data = exactly({ id: GAMES.low, name: "game 1", score: 99 });
      must(sent, [
        { event: "same" },
        {
          event: "diff",
          checksum: aText,
          ops: [
            exactly({ op: "remove", id: GAMES.middle, at: 1 }),
            { op: "insert", id: GAMES.low, at: 0, checksum: aText, data },
          ],
        },
      ]);
    },
  },
  {
    name: "live: an aggregate is a live query too",
    as: as.anonymous,
    needs: [games],
    request: live({ collection: "games", aggregates: { n: { count: "*" }, best: { max: "score" } } }),
    expect: { ...ok({ data: [{ rows: [{ data: { n: 3, best: 30 } }] }] }), excludes: ["classified"] },
  },
  {
    name: "live: sort and fields may be lists of texts, as in a list by POST",
    as: as.anonymous,
    needs: [games],
    request: live({ collection: "games", sort: ["-score", "name"], fields: ["name"], limit: 1 }),
    expect: {
      ...ok({ data: [{ rows: [{ data: exactly({ id: GAMES.high, name: "game 3" }) }] }] }),
      excludes: ["score", "classified"],
    },
    then: [
      {
        request: live({
          collection: "games",
          group_by: ["name"],
          aggregates: { n: { count: "*" } },
          sort: ["-n", "-name"],
        }),
        expect: { status: 200, body: { data: [{ rows: [{ data: { name: "game 3" } }, {}, {}] }] } },
      },
    ],
  },
  {
    name: "live: a result may be called id; the group's key stands beside its row",
    as: as.anonymous,
    needs: [games],
    request: live(counted),
    expect: {
      ...ok({
        data: [
          {
            event: "snapshot",
            rows: [
              { id: "[10]", data: exactly({ score: 10, id: 1 }) },
              { id: "[20]", data: exactly({ score: 20, id: 1 }) },
              { id: "[30]", data: exactly({ score: 30, id: 1 }) },
            ],
          },
        ],
      }),
      excludes: ["classified"],
    },
    then: [
      scored("low", 20),
      {
        request: ({ replies }) => live(counted, checksumIn(replies[0]!.json)),
        expect: {
          status: 200,
          body: { data: hasTop },
          contains: ['"data":{"score":20,"id":2}'],
          excludes: ["classified"],
        },
      },
      scored("low", 10),
    ],
  },
  {
    name: "live: a group may be called id too, and a row is what the aggregate answers",
    as: as.anonymous,
    needs: [games],
    request: live({ collection: "games", group_by: ["id", "name"], aggregates: { mark: { max: "score" } }, limit: 1 }),
    expect: {
      ...ok({
        data: [
          {
            rows: [
              {
                id: JSON.stringify([GAMES.low, "game 1"]),
                data: exactly({ id: GAMES.low, name: "game 1", mark: 10 }),
              },
            ],
          },
        ],
      }),
      excludes: ["classified"],
    },
  },
  {
    name: "live: what a list refuses is refused",
    as: as.anonymous,
    needs: [games],
    request: live({ ...top, sort: "secret_note" }),
    expect: refused(403, "FIELD_FORBIDDEN", "sort"),
    then: [
      { request: live({ ...top, fields: "nope" }), expect: { status: 422, code: "UNKNOWN_FIELD", field: "fields" } },
      { request: live({ ...top, filter: { score: { _near: 1 } } }), expect: { status: 422, code: "UNKNOWN_OPERATOR" } },
      { request: live({ ...top, limit: 1_000_000 }), expect: { status: 422 } },
      {
        request: live({}),
        expect: { status: 422, code: "VALIDATION", field: "collection", contains: ["collection: is required."] },
      },
      {
        request: live({ collection: "games", fields: 7 }),
        expect: { status: 422, field: "fields", contains: ["fields: expected a text or a list of texts."] },
      },
      {
        request: live({ collection: "games", sorted: "-score" }),
        expect: {
          status: 422,
          code: "UNKNOWN_FIELD",
          field: "sorted",
          contains: ["use filter, sort, fields, expand,"],
        },
      },
      {
        request: live({ collection: "games", group_by: ["name"] }),
        expect: { status: 422, field: "aggregates", contains: ["aggregates: is required."] },
      },
      {
        request: live({ collection: "games", aggregates: { n: { cnt: "*" } } }),
        expect: { status: 422, field: "aggregates.n.cnt", contains: ["use count, count_distinct"] },
      },
      {
        request: live([]),
        expect: { status: 422, field: "body", contains: ["body: expected an object, got a list."] },
      },
      { request: live({ collection: "no_such" }), expect: { status: 404, code: "COLLECTION_NOT_FOUND" } },
    ],
  },
];
