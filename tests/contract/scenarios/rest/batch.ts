import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { partsByScenario, partsNamed, TAKES, withNeeds } from "../../fixtures/stock.ts";
import { namedRows } from "../../rows.ts";
import { batch, get, INTERNALS, items, ok, refused, type Scenario } from "../../scenario.ts";

const { hasPart, noPart, part, partAt, partIs } = partsNamed({
  made: 400,
  deleted: 401,
  replaced: 402,
  merged: 403,
  counted: 404,
  former: 405,
  latter: 406,
  taken: 418,
  alices: 420,
  madeByAlice: 421,
  bobs: 422,
  hidden: 423,
  last: 424,
});
const guardedParts = partsByScenario(430);
const TAKEN = namedRows(TAKES, { referred: 1, first: 2, second: 3, alices: 4 });

const create = (data: JsonObject, collection = "parts"): JsonObject => ({ op: "create", collection, data });
const update = (id: string, data: JsonObject, more: JsonObject = {}): JsonObject => ({
  op: "update",
  collection: "parts",
  id,
  data,
  ...more,
});
const guard = (filter: JsonObject, more: JsonObject): JsonObject => ({
  op: "guard",
  collection: "parts",
  filter,
  ...more,
});

/** A guard before an increment: whether it is let through. */
const guarded = (what: string, more: JsonObject, filter: JsonObject, passes: boolean) => ({
  name: `batch: a guard ${passes ? "holds" : "fails"}: ${what}`,
  as: as.secretKey,
  given: [
    guardedParts.hasPart(what, { count: 5, aisle: `guard: ${what}`, shelf: 1 }),
    guardedParts.hasPart(`beside: ${what}`, { count: 7, aisle: `guard: ${what}`, shelf: 2 }),
  ],
  request: batch(
    guard({ aisle: `guard: ${what}`, ...filter }, more),
    update(guardedParts.part(what), { count: { $inc: 1 } }),
  ),
  expect: passes
    ? ok({ data: [{}, { count: 6 }] })
    : { ...refused(409, "CONFLICT"), body: { error: { details: { operation: 0 } } } },
  then: [guardedParts.partIs(what, passes ? { count: 6, version: 2 } : { count: 5, version: 1 })],
});

/** Several writes as one: in order, all or nothing, later ones building upon earlier ones. */
export const scenarios: Scenario[] = withNeeds(
  {
    name: "batch: every kind of operation, each with its result",
    as: as.secretKey,
    given: [
      hasPart("deleted", { count: 1 }),
      hasPart("replaced"),
      hasPart("merged", { sku: "batch-merged", count: 4 }),
    ],
    request: batch(
      create({ id: part("made"), name: "made" }),
      update(part("deleted"), { count: { $inc: 2 }, tags: ["x"] }),
      { op: "replace", collection: "parts", id: part("replaced"), data: { name: "replaced" } },
      { op: "upsert", collection: "parts", on_conflict: "sku", data: { name: "merged", sku: "batch-merged" } },
      { op: "delete", collection: "parts", id: part("deleted") },
      guard({ id: part("replaced") }, { exists: true }),
    ),
    expect: ok({
      data: [
        { id: part("made"), name: "made", color: "red", version: 1 },
        { id: part("deleted"), count: 3, tags: ["x"], version: 2 },
        { id: part("replaced"), name: "replaced", version: 2 },
        { id: part("merged"), name: "merged", count: 4, version: 2 },
        { id: part("deleted") },
        {},
      ],
    }),
    then: [
      partIs("made", { version: 1 }),
      noPart("deleted"),
      partIs("replaced", { name: "replaced" }),
      partIs("merged", { name: "merged" }),
    ],
  },
  {
    name: "batch: later operations use the ids of earlier ones",
    as: as.secretKey,
    request: batch(
      create({ name: "referred", sku: "batch-ref", count: 9 }),
      create(
        { id: TAKEN.referred, part: { $ref: "ops.0.id" }, n: { $ref: "ops.0.count" }, note: { $ref: "ops.0.name" } },
        "takes",
      ),
      { op: "update", collection: "parts", id: { $ref: "ops.0.id" }, data: { count: { $inc: -9 } } },
      guard({ id: { $ref: "ops.0.id" }, count: 0 }, { exists: true }),
    ),
    expect: ok({
      data: [{ sku: "batch-ref" }, { id: TAKEN.referred, n: 9, note: "referred" }, { count: 0, version: 2 }, {}],
    }),
    then: [
      {
        request: items("takes", { filter: { "part.sku": "batch-ref" }, expand: "part" }),
        expect: ok({ data: [{ n: 9, part: { count: 0 } }] }),
      },
    ],
  },
  {
    name: "batch: a later operation sees what an earlier one did",
    as: as.secretKey,
    given: [hasPart("counted", { count: 1 })],
    request: batch(
      guard({ id: part("counted"), count: 1 }, { exists: true }),
      update(part("counted"), { count: { $inc: 1 } }),
      guard({ id: part("counted"), count: 2 }, { exists: true }),
      update(part("counted"), { count: { $inc: 1 } }),
      update(part("counted"), { name: "third" }, { if_version: 3 }),
    ),
    expect: ok({ data: [{}, { count: 2, version: 2 }, {}, { count: 3, version: 3 }, { name: "third", version: 4 }] }),
    then: [partIs("counted", { count: 3, version: 4 })],
  },
  {
    name: "batch: a unique value may move from one item to another",
    as: as.secretKey,
    given: [hasPart("former", { sku: "batch-moves" }), hasPart("latter")],
    request: batch(update(part("former"), { sku: null }), update(part("latter"), { sku: "batch-moves" })),
    expect: ok({ data: [{ sku: null }, { sku: "batch-moves" }] }),
  },
  guarded("there is one", { exists: true }, { count: 5 }, true),
  guarded("there is none", { exists: true }, { count: 6 }, false),
  guarded("none was wanted, and there is none", { exists: false }, { count: 6 }, true),
  guarded("none was wanted", { exists: false }, { count: 5 }, false),
  guarded("two counted", { count: { _eq: 2 } }, {}, true),
  guarded("more than two wanted", { count: { _gt: 2 } }, {}, false),
  guarded("between one and two", { count: { _gte: 1, _lte: 2 } }, {}, true),
  guarded("fewer than two wanted", { count: { _lt: 2 } }, {}, false),
  {
    name: "batch: a guard through a relation",
    as: as.secretKey,
    given: [hasPart("taken", { count: 1 })],
    request: batch(create({ id: TAKEN.first, part: part("taken"), n: 1 }, "takes"), {
      op: "guard",
      collection: "takes",
      filter: { "part.name": "part-taken" },
      count: { _lte: 1 },
    }),
    expect: ok({ data: [{ id: TAKEN.first }, {}] }),
    then: [
      {
        request: batch(create({ id: TAKEN.second, part: part("taken"), n: 1 }, "takes"), {
          op: "guard",
          collection: "takes",
          filter: { "part.name": "part-taken" },
          count: { _lte: 1 },
        }),
        expect: { status: 409, code: "CONFLICT", body: { error: { details: { operation: 1 } } } },
      },
      { request: items("takes", { filter: { part: part("taken") } }), expect: ok({ data: [{ id: TAKEN.first }] }) },
    ],
  },
  {
    name: "batch: a user's batch is under the user's rules",
    as: as.user("alice"),
    given: [hasPart("alices", { count: 3 }, "alice")],
    request: batch(
      create({ id: part("madeByAlice"), name: "alice-made", count: 2 }),
      create({ id: TAKEN.alices, part: { $ref: "ops.0.id" }, n: 1 }, "takes"),
      update(part("alices"), { count: { $inc: 1 } }),
      guard({ count: { _gte: 2 }, id: { _in: [part("alices"), part("madeByAlice")] } }, { count: { _eq: 2 } }),
      { op: "delete", collection: "parts", id: part("madeByAlice") },
    ),
    expect: {
      ...ok({ data: [{ name: "alice-made" }, { id: TAKEN.alices }, { count: 4 }, {}, { id: part("madeByAlice") }] }),
      excludes: ['"error"'],
    },
    then: [
      noPart("madeByAlice"),
      partIs("alices", { count: 4 }),
      { request: get(`/api/items/takes/${TAKEN.alices}`), expect: { status: 404 } },
    ],
  },
  {
    name: "batch: guards count what the caller may read",
    as: as.user("bob"),
    given: [
      hasPart("bobs", { count: 1, aisle: "seen", shelf: 1 }, "bob"),
      hasPart("hidden", { aisle: "seen", shelf: 2 }, "alice"),
    ],
    request: batch(guard({ aisle: "seen" }, { count: { _eq: 1 } }), update(part("bobs"), { name: "bob-was-here" })),
    expect: { ...ok({ data: [{}, { name: "bob-was-here" }] }), excludes: ["part-hidden", ...INTERNALS] },
  },
  {
    name: "batch: five hundred operations, or a refusal before anything runs",
    as: as.secretKey,
    request: batch(...Array.from({ length: 500 }, (_, i) => create({ name: "one-of-500", aisle: "long", shelf: i }))),
    expect: { status: [200, 422], excludes: INTERNALS },
    async verify(reply, world) {
      const found = await world.must(
        as.secretKey,
        items("parts", { filter: { aisle: "long" }, limit: "1", meta: "filter_count" }),
      );
      const count = (found.meta as { filter_count: number }).filter_count;
      const code = (reply.json as { error?: { code: string } }).error?.code ?? "none";
      if (
        `${reply.status} ${code} ${count}` !== "200 none 500" &&
        `${reply.status} ${code} ${count}` !== "422 LIMIT_EXCEEDED 0"
      )
        throw new Error(`${reply.status} ${code}, and ${count} parts were made`);
    },
  },
  {
    name: "batch: of ten that want the last piece, one gets it",
    as: as.secretKey,
    given: [hasPart("last", { count: 1 })],
    request: get(partAt("last")),
    expect: ok({ data: { count: 1 } }),
    async verify(_, world) {
      const call = batch(
        guard({ id: part("last"), count: { _gte: 1 } }, { exists: true }),
        update(part("last"), { count: { $inc: -1 } }),
        create({ part: part("last"), n: 1 }, "takes"),
      );
      const replies = await Promise.all(Array.from({ length: 10 }, () => world.send(as.secretKey, call)));
      const statuses = replies.map(({ status }) => status).sort();
      if (statuses.join() !== `200,${Array(9).fill(409).join()}`) throw new Error(`ten batches got ${statuses.join()}`);
      const taken = await world.must(as.secretKey, items("takes", { filter: { part: part("last") } }));
      if ((taken.data as unknown[]).length !== 1) throw new Error("the piece was taken more than once");
    },
  },
);
