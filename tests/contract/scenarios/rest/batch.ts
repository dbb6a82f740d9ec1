import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { hasPart, noPart, part, partAt, partIs, TAKES, withNeeds } from "../../fixtures/stock.ts";
import { batch, get, INTERNALS, items, ok, refused, type Scenario, uuid } from "../../scenario.ts";

const take = (n: number): string => uuid(TAKES, n);
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
const guarded = (what: string, n: number, more: JsonObject, filter: JsonObject, passes: boolean) => ({
  name: `batch: a guard ${passes ? "holds" : "fails"}: ${what}`,
  as: as.secretKey,
  given: [
    hasPart(n, { count: 5, aisle: `guard-${n}`, shelf: 1 }),
    hasPart(n + 600, { count: 7, aisle: `guard-${n}`, shelf: 2 }),
  ],
  request: batch(guard({ aisle: `guard-${n}`, ...filter }, more), update(part(n), { count: { $inc: 1 } })),
  expect: passes
    ? ok({ data: [{}, { count: 6 }] })
    : { ...refused(409, "CONFLICT"), body: { error: { details: { operation: 0 } } } },
  then: [partIs(n, passes ? { count: 6, version: 2 } : { count: 5, version: 1 })],
});

/** Several writes as one: in order, all or nothing, later ones building upon earlier ones. */
export const scenarios: Scenario[] = withNeeds(
  {
    name: "batch: every kind of operation, each with its result",
    as: as.secretKey,
    given: [hasPart(401, { count: 1 }), hasPart(402), hasPart(403, { sku: "batch-403", count: 4 })],
    request: batch(
      create({ id: part(400), name: "made" }),
      update(part(401), { count: { $inc: 2 }, tags: ["x"] }),
      { op: "replace", collection: "parts", id: part(402), data: { name: "replaced" } },
      { op: "upsert", collection: "parts", on_conflict: "sku", data: { name: "merged", sku: "batch-403" } },
      { op: "delete", collection: "parts", id: part(401) },
      guard({ id: part(402) }, { exists: true }),
    ),
    expect: ok({
      data: [
        { id: part(400), name: "made", color: "red", version: 1 },
        { id: part(401), count: 3, tags: ["x"], version: 2 },
        { id: part(402), name: "replaced", version: 2 },
        { id: part(403), name: "merged", count: 4, version: 2 },
        { id: part(401) },
        {},
      ],
    }),
    then: [
      partIs(400, { version: 1 }),
      noPart(401),
      partIs(402, { name: "replaced" }),
      partIs(403, { name: "merged" }),
    ],
  },
  {
    name: "batch: later operations use the ids of earlier ones",
    as: as.secretKey,
    request: batch(
      create({ name: "referred", sku: "batch-ref", count: 9 }),
      create(
        { id: take(1), part: { $ref: "ops.0.id" }, n: { $ref: "ops.0.count" }, note: { $ref: "ops.0.name" } },
        "takes",
      ),
      { op: "update", collection: "parts", id: { $ref: "ops.0.id" }, data: { count: { $inc: -9 } } },
      guard({ id: { $ref: "ops.0.id" }, count: 0 }, { exists: true }),
    ),
    expect: ok({ data: [{ sku: "batch-ref" }, { id: take(1), n: 9, note: "referred" }, { count: 0, version: 2 }, {}] }),
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
    given: [hasPart(404, { count: 1 })],
    request: batch(
      guard({ id: part(404), count: 1 }, { exists: true }),
      update(part(404), { count: { $inc: 1 } }),
      guard({ id: part(404), count: 2 }, { exists: true }),
      update(part(404), { count: { $inc: 1 } }),
      update(part(404), { name: "third" }, { if_version: 3 }),
    ),
    expect: ok({ data: [{}, { count: 2, version: 2 }, {}, { count: 3, version: 3 }, { name: "third", version: 4 }] }),
    then: [partIs(404, { count: 3, version: 4 })],
  },
  {
    name: "batch: a unique value may move from one item to another",
    as: as.secretKey,
    given: [hasPart(405, { sku: "batch-moves" }), hasPart(406)],
    request: batch(update(part(405), { sku: null }), update(part(406), { sku: "batch-moves" })),
    expect: ok({ data: [{ sku: null }, { sku: "batch-moves" }] }),
  },
  guarded("there is one", 410, { exists: true }, { count: 5 }, true),
  guarded("there is none", 411, { exists: true }, { count: 6 }, false),
  guarded("none was wanted, and there is none", 412, { exists: false }, { count: 6 }, true),
  guarded("none was wanted", 413, { exists: false }, { count: 5 }, false),
  guarded("two counted", 414, { count: { _eq: 2 } }, {}, true),
  guarded("more than two wanted", 415, { count: { _gt: 2 } }, {}, false),
  guarded("between one and two", 416, { count: { _gte: 1, _lte: 2 } }, {}, true),
  guarded("fewer than two wanted", 417, { count: { _lt: 2 } }, {}, false),
  {
    name: "batch: a guard through a relation",
    as: as.secretKey,
    given: [hasPart(418, { count: 1 })],
    request: batch(create({ id: take(2), part: part(418), n: 1 }, "takes"), {
      op: "guard",
      collection: "takes",
      filter: { "part.name": "part-418" },
      count: { _lte: 1 },
    }),
    expect: ok({ data: [{ id: take(2) }, {}] }),
    then: [
      {
        request: batch(create({ id: take(3), part: part(418), n: 1 }, "takes"), {
          op: "guard",
          collection: "takes",
          filter: { "part.name": "part-418" },
          count: { _lte: 1 },
        }),
        expect: { status: 409, code: "CONFLICT", body: { error: { details: { operation: 1 } } } },
      },
      { request: items("takes", { filter: { part: part(418) } }), expect: ok({ data: [{ id: take(2) }] }) },
    ],
  },
  {
    name: "batch: a user's batch is under the user's rules",
    as: as.user("alice"),
    given: [hasPart(420, { count: 3 }, "alice")],
    request: batch(
      create({ id: part(421), name: "alice-made", count: 2 }),
      create({ id: take(4), part: { $ref: "ops.0.id" }, n: 1 }, "takes"),
      update(part(420), { count: { $inc: 1 } }),
      guard({ count: { _gte: 2 }, id: { _in: [part(420), part(421)] } }, { count: { _eq: 2 } }),
      { op: "delete", collection: "parts", id: part(421) },
    ),
    expect: {
      ...ok({ data: [{ name: "alice-made" }, { id: take(4) }, { count: 4 }, {}, { id: part(421) }] }),
      excludes: ['"error"'],
    },
    then: [
      noPart(421),
      partIs(420, { count: 4 }),
      { request: get(`/api/items/takes/${take(4)}`), expect: { status: 404 } },
    ],
  },
  {
    name: "batch: guards count what the caller may read",
    as: as.user("bob"),
    given: [
      hasPart(422, { count: 1, aisle: "seen", shelf: 1 }, "bob"),
      hasPart(423, { aisle: "seen", shelf: 2 }, "alice"),
    ],
    request: batch(guard({ aisle: "seen" }, { count: { _eq: 1 } }), update(part(422), { name: "bob-was-here" })),
    expect: { ...ok({ data: [{}, { name: "bob-was-here" }] }), excludes: ["part-423", ...INTERNALS] },
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
    given: [hasPart(424, { count: 1 })],
    request: get(partAt(424)),
    expect: ok({ data: { count: 1 } }),
    async verify(_, world) {
      const call = batch(
        guard({ id: part(424), count: { _gte: 1 } }, { exists: true }),
        update(part(424), { count: { $inc: -1 } }),
        create({ part: part(424), n: 1 }, "takes"),
      );
      const replies = await Promise.all(Array.from({ length: 10 }, () => world.send(as.secretKey, call)));
      const statuses = replies.map(({ status }) => status).sort();
      if (statuses.join() !== `200,${Array(9).fill(409).join()}`) throw new Error(`ten batches got ${statuses.join()}`);
      const taken = await world.must(as.secretKey, items("takes", { filter: { part: part(424) } }));
      if ((taken.data as unknown[]).length !== 1) throw new Error("the piece was taken more than once");
    },
  },
);
