import type { Json } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { partsNamed, withNeeds } from "../../fixtures/stock.ts";
import { absent, difference } from "../../match.ts";
import {
  batch,
  type Call,
  created,
  del,
  type Expectation,
  get,
  items,
  ok,
  patch,
  post,
  put,
  refused,
  type Scenario,
  type Step,
  withHeaders,
} from "../../scenario.ts";
import type { World } from "../../world.ts";

const { hasPart, noPart, part, partAt, partIs } = partsNamed({
  created: 600,
  raised: 601,
  replaced: 602,
  deleted: 603,
  batched: 604,
  alices: 605,
  changedSince: 610,
  refused: 611,
  taken: 612,
  read: 613,
  contested: 614,
});

export const keyed = (call: Call, key: string): Call => withHeaders(call, { "idempotency-key": key });
export const first = { "idempotency-replayed": null };
export const again = { "idempotency-replayed": "true" };

/** Eight at once with one key: one of them does it, and the others get its answer or a 409 to wait for. */
export async function crowd(world: World, who: Who, call: Call, status: number): Promise<void> {
  const replies = await Promise.all(Array.from({ length: 8 }, () => world.send(who, call)));
  for (const reply of replies) {
    const waits = reply.status === 409 && reply.text.includes('"CONFLICT"') && reply.headers.has("retry-after");
    if (reply.status !== status && !waits) throw new Error(`one of them got ${reply.status} ${reply.text}`);
  }
  const done = replies.filter((reply) => reply.status === status);
  if (new Set(done.map(({ text }) => text)).size !== 1) throw new Error("there are different answers");
  const firsts = done.filter(({ headers }) => headers.get("idempotency-replayed") === null);
  if (firsts.length !== 1) throw new Error(`${firsts.length} of them were done`);
}

/** Asked again it is the same answer, byte for byte, and says that it is one. */
export async function sendsTheSame(
  world: World,
  who: Who,
  call: Call,
  reply: { status: number; text: string; headers: Headers },
) {
  const replay = await world.send(who, call);
  const tags = [reply, replay].map(
    ({ status, headers }) => `${status} ${headers.get("etag")} ${headers.get("content-type")}`,
  );
  if (tags[0] !== tags[1]) throw new Error(`the replay came with ${tags[1]}, the first with ${tags[0]}`);
  if (replay.text !== reply.text) throw new Error(`the replay is ${replay.text}, not ${reply.text}`);
  if (replay.headers.get("idempotency-replayed") !== "true") throw new Error("the replay does not say so");
  return replay;
}

/** A write with a key, sent twice: byte for byte one answer, and one effect. */
const once = (
  what: string,
  key: string,
  call: Call,
  expect: Expectation,
  more: { given?: readonly Step[]; after: Step; who?: Who },
): Omit<Scenario, "needs"> => ({
  name: `idempotency: ${what} happens once`,
  as: more.who ?? as.secretKey,
  ...(more.given && { given: more.given }),
  request: keyed(call, key),
  expect: { ...expect, headers: { ...expect.headers, ...first } },
  then: [more.after],
  async verify(reply, world) {
    await sendsTheSame(world, more.who ?? as.secretKey, keyed(call, key), reply);
    const { status, json } = await world.send(as.secretKey, more.after.request as Call);
    const { expect: wanted } = more.after;
    const wrong = wanted.body === undefined ? undefined : difference(json, wanted.body);
    if (status !== wanted.status || wrong) throw new Error(`after the replay: ${status} ${wrong}`);
  },
});
const one: Json = { name: "only-one", sku: "idem-1" };

/** `Idempotency-Key`: a client that has no answer sends again, and nothing happens twice. */
export const scenarios: Scenario[] = withNeeds(
  once(
    "a create",
    '"create-1"',
    post("/api/items/parts", { id: part("created"), name: "once" }),
    created({ data: { id: part("created"), version: 1 } }),
    {
      after: partIs("created", { version: 1 }),
    },
  ),
  once(
    "a create of many",
    '"create-many"',
    post("/api/items/parts", [{ name: "idem-many" }, { name: "idem-many" }]),
    created({ data: [{}, {}] }),
    {
      after: {
        as: as.secretKey,
        request: items("parts", { filter: { name: "idem-many" } }),
        expect: { ...ok({ data: [{}, {}] }), excludes: [] },
      },
    },
  ),
  once(
    "an increment",
    '"patch-1"',
    patch(partAt("raised"), { count: { $inc: 1 } }),
    { ...ok({ data: { count: 2 } }), headers: { etag: /^"2-/ } },
    {
      given: [hasPart("raised", { count: 1 })],
      after: partIs("raised", { count: 2, version: 2 }),
    },
  ),
  once("a replacement", '"put-1"', put(partAt("replaced"), { name: "replaced" }), ok({ data: { version: 2 } }), {
    given: [hasPart("replaced")],
    after: partIs("replaced", { name: "replaced", version: 2 }),
  }),
  once("a delete", '"delete-1"', del(partAt("deleted")), ok({ data: { id: part("deleted") } }), {
    given: [hasPart("deleted")],
    after: noPart("deleted"),
  }),
  once(
    "a batch",
    '"batch-1"',
    batch(
      { op: "update", collection: "parts", id: part("batched"), data: { count: { $inc: 3 } } },
      { op: "create", collection: "takes", data: { part: part("batched"), n: 3 } },
      { op: "guard", collection: "takes", filter: { part: part("batched") }, count: { _eq: 1 } },
    ),
    ok({ data: [{ count: 4 }, { n: 3 }, {}] }),
    { given: [hasPart("batched", { count: 1 })], after: partIs("batched", { count: 4, version: 2 }) },
  ),
  once(
    "a user's create",
    '"user-1"',
    post("/api/items/parts", { id: part("alices"), name: "alice-once", count: 1 }),
    created({ data: { id: part("alices") } }),
    {
      who: as.user("alice"),
      after: partIs("alices", { version: 1 }),
    },
  ),
  {
    name: "idempotency: the first answer stands, whatever has happened since",
    as: as.secretKey,
    given: [
      {
        request: keyed(post("/api/items/parts", { id: part("changedSince"), name: "as-it-was" }), "stands"),
        expect: created(),
      },
      { request: patch(partAt("changedSince"), { name: "changed-since" }), expect: ok() },
    ],
    request: keyed(post("/api/items/parts", { id: part("changedSince"), name: "as-it-was" }), "stands"),
    expect: { ...created({ data: { name: "as-it-was", version: 1 } }), headers: { ...again, etag: /^"1-/ } },
    then: [
      { request: get(partAt("changedSince")), expect: { ...ok({ data: { name: "changed-since" } }), excludes: [] } },
    ],
  },
  {
    name: "idempotency: with quotes or without, it is one key",
    as: as.secretKey,
    given: [{ request: keyed(post("/api/items/parts", one), '"quoted-1"'), expect: { ...created(), headers: first } }],
    request: keyed(post("/api/items/parts", one), "quoted-1"),
    expect: { ...created({ data: { sku: "idem-1" } }), headers: again },
  },
  {
    name: "idempotency: a refusal leaves the key free",
    as: as.secretKey,
    given: [
      {
        request: keyed(post("/api/items/parts", { id: part("refused"), count: 1 }), "freed"),
        expect: { status: 422, code: "VALIDATION", headers: first },
      },
    ],
    request: keyed(post("/api/items/parts", { id: part("refused"), name: "now-right" }), "freed"),
    expect: { ...created({ data: { name: "now-right" } }), headers: first },
  },
  {
    name: "idempotency: a refusal by the database leaves it free as well",
    as: as.secretKey,
    given: [
      hasPart("taken", { sku: "idem-taken" }),
      {
        request: keyed(post("/api/items/parts", { name: "x", sku: "idem-taken" }), "freed-2"),
        expect: { status: 409, code: "UNIQUE_VIOLATION" },
      },
      { request: patch(partAt("taken"), { sku: null }), expect: ok() },
    ],
    request: keyed(post("/api/items/parts", { name: "x", sku: "idem-taken" }), "freed-2"),
    expect: { ...created({ data: { sku: "idem-taken" } }), headers: first },
  },
  {
    name: "idempotency: a key is its caller's own",
    as: as.user("bob"),
    given: [
      {
        as: as.user("alice"),
        request: keyed(post("/api/items/parts", { name: "shared", count: 1 }), "shared-key"),
        expect: { ...created({ data: { name: "shared" } }), headers: first },
      },
    ],
    request: keyed(post("/api/items/parts", { name: "shared", count: 1 }), "shared-key"),
    expect: { ...created({ data: { owner_id: (v) => typeof v === "string" } }), headers: first },
    verify(reply, world) {
      if (!reply.text.includes(world.userId("bob"))) throw new Error("bob was given another's answer");
    },
  },
  {
    name: "idempotency: an answer is not replayed to nobody",
    as: as.anonymous,
    given: [
      {
        as: as.secretKey,
        request: keyed(post("/api/items/parts", { name: "secret-made" }), "stolen"),
        expect: { ...created(), excludes: [] },
      },
    ],
    request: keyed(post("/api/items/parts", { name: "secret-made" }), "stolen"),
    expect: { ...refused(401, "UNAUTHORIZED"), excludes: ["secret-made", '"data"'], headers: first },
  },
  {
    name: "idempotency: reads take no notice of a key",
    as: as.secretKey,
    given: [hasPart("read")],
    request: keyed(get(partAt("read")), "read-1"),
    expect: { ...ok({ data: { id: part("read") } }), headers: first },
    then: [{ request: keyed(items("parts", { limit: "1" }), "read-1"), expect: { ...ok(), headers: first } }],
  },
  {
    name: "idempotency: of many at once with one key one writes, and the others hear of it",
    as: as.secretKey,
    given: [hasPart("contested", { count: 0 })],
    request: get(partAt("contested")),
    expect: ok({ data: { count: 0, error: absent } }),
    async verify(_, world) {
      const call = keyed(patch(partAt("contested"), { count: { $inc: 1 } }), "crowd-1");
      await crowd(world, as.secretKey, call, 200);
      const { data } = (await world.must(as.secretKey, get(partAt("contested")))) as { data: { count: number } };
      if (data.count !== 1) throw new Error(`the count is ${data.count}`);
    },
  },
);
