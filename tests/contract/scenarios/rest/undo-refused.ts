import type { Json, JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { aText, exactly, must } from "../../match.ts";
import { batch, created, del, get, ok, patch, post, refused, type Scenario, withHeaders } from "../../scenario.ts";
import { conflictsOf, done, MAKERS, read, THINGS, thing, undo, undoMakers, undoThings } from "../../undo-steps.ts";

const admin = as.secretKey;
const first = get("/api/items/undo_things", { limit: "1" });
const needs = [undoThings];

/** Who may undo, and what stands in the way. */
export const scenarios: Scenario[] = [
  {
    name: "undo: it is for administrators",
    as: as.anonymous,
    needs,
    request: undo({ request_id: "none" }),
    expect: refused(401, "UNAUTHORIZED"),
    then: [
      { as: as.publicKey, request: undo({ request_id: "none" }), expect: refused(403, "FORBIDDEN") },
      { as: as.user("alice"), request: undo({ request_id: "none" }), expect: refused(403, "FORBIDDEN") },
      { as: as.operator, request: undo({ request_id: "none" }), expect: refused(404, "NOT_FOUND", "request_id") },
    ],
  },
  {
    name: "undo: another workspace's request has no changes here",
    as: admin,
    needs,
    request: post("/api/items/undo_makers", { name: "Ours" }),
    expect: created(),
    async verify(reply, world) {
      const body = { request_id: reply.headers.get("x-request-id")! };
      const other = await world.send(as.otherSecretKey, undo(body));
      must({ status: other.status }, { status: 404 });
    },
  },
  {
    name: "undo: what is wrong is named",
    as: admin,
    needs,
    request: undo({}),
    expect: refused(422, "VALIDATION", "request_id"),
    then: [
      { request: undo({ request_id: "a", requests: ["b"] }), expect: refused(422, "VALIDATION", "request_id") },
      { request: undo({ request_id: "a", to: "b" }), expect: refused(422, "VALIDATION", "to") },
      { request: undo({ request_id: 7 }), expect: refused(422, "VALIDATION", "request_id") },
      { request: undo({ request_id: "a", on_conflict: "force" }), expect: refused(422, "VALIDATION", "on_conflict") },
      { request: undo({ requests: [] }), expect: refused(422, "VALIDATION", "requests") },
      {
        request: undo({ item: { collection: "undo_things", id: THINGS.a } }),
        expect: refused(422, "VALIDATION", "to"),
      },
      {
        request: undo({ item: { collection: "undo_things", id: THINGS.a }, to: "yesterday" }),
        expect: refused(422, "VALIDATION", "to"),
      },
      {
        request: undo({ item: { collection: "undo_thing", id: THINGS.a }, to: "1.0.1" }),
        expect: refused(404, "COLLECTION_NOT_FOUND", "item.collection"),
      },
    ],
  },
  {
    name: "undo: fields that others have changed since are a conflict: refused, or passed over by choice",
    as: admin,
    needs,
    request: first,
    expect: ok(),
    async verify(_, world) {
      await done(
        world,
        post("/api/items/undo_things", [
          { id: THINGS.e, title: "e", cents: 1 },
          { id: THINGS.f, title: "f", cents: 1 },
        ]),
      );
      const operations = [THINGS.e, THINGS.f].map((id) => ({
        op: "update",
        collection: "undo_things",
        id,
        data: { cents: 2, title: `${id.at(-1)} 2` },
      }));
      const changed = await done(world, batch(...operations));
      await done(world, patch(thing(THINGS.e), { cents: 3 }), as.operator);
      const conflict = { collection: "undo_things", item: THINGS.e, reason: "changed", fields: ["cents"] };
      must(await conflictsOf(world, { request_id: changed.request }), exactly([conflict]));
      must((await read(world, THINGS.f))!, { cents: 2 });
      const { data } = await done(world, undo({ request_id: changed.request, on_conflict: "skip" }));
      must(data, { changed: 1, skipped: 1, conflicts: exactly([conflict]), conflicts_total: 1 });
      must((await read(world, THINGS.e))!, { cents: 3, title: "5 2" });
      must((await read(world, THINGS.f))!, { cents: 1, title: "f" });
    },
  },
  {
    name: "undo: values that are taken now, items that are gone and items that others refer to are conflicts",
    as: admin,
    needs,
    request: first,
    expect: ok(),
    async verify(_, world) {
      const made = await done(world, post("/api/items/undo_makers", { id: MAKERS.three, name: "Cleo" }));
      await done(
        world,
        post("/api/items/undo_things", { id: THINGS.i, title: "i", code: "undo-i", maker: MAKERS.three }),
      );
      must(await conflictsOf(world, { request_id: made.request }), [
        { item: MAKERS.three, reason: "referenced", fields: ["undo_things.maker"] },
      ]);
      const gone = await done(world, del(thing(THINGS.i)));
      await done(world, post("/api/items/undo_things", { id: THINGS.j, title: "j", code: "undo-i" }));
      must(await conflictsOf(world, { request_id: gone.request }), [
        { item: THINGS.i, reason: "unique", fields: ["code"] },
      ]);
      await done(world, del(thing(THINGS.j)));
      await done(world, del(`/api/items/undo_makers/${MAKERS.three}`));
      must(await conflictsOf(world, { request_id: gone.request }), [
        { item: THINGS.i, reason: "reference", fields: ["maker"] },
      ]);
      const { data } = await done(world, undo({ request_id: gone.request, on_conflict: "skip" }));
      must(data, { restored: 0, skipped: 1 });
    },
  },
  {
    name: "undo: fields that follow a user's account are a conflict, in the plan as in the undo",
    as: admin,
    request: post("/api/users", { email: "undone@example.com", name: "Before" }),
    expect: created(),
    async verify(reply, world) {
      const item = ((reply.json as JsonObject).data as JsonObject).id as string;
      const { request: request_id } = await done(world, patch(`/api/users/${item}`, { name: "After" }));
      const conflict = { collection: "users", item, reason: "invalid", fields: ["name"] };
      must(await conflictsOf(world, { request_id }), [conflict]);
      for (const dry_run of [true, false]) {
        const { data } = await done(world, undo({ request_id, dry_run, on_conflict: "skip" }));
        must(data, { changed: 0, skipped: 1, conflicts: [conflict] });
      }
    },
  },
  {
    name: "undo: a repeated request answers with the id of the one that wrote, and an undo can be repeated too",
    as: admin,
    needs: [undoMakers],
    request: withHeaders(post("/api/items/undo_makers", { id: MAKERS.four, name: "Dora" }), {
      "idempotency-key": '"undo-1"',
    }),
    expect: created(),
    async verify(reply, world) {
      const again = await world.send(
        admin,
        withHeaders(post("/api/items/undo_makers", { id: MAKERS.four, name: "Dora" }), {
          "idempotency-key": '"undo-1"',
        }),
      );
      const request_id = reply.headers.get("x-request-id")!;
      must(
        { id: again.headers.get("x-request-id"), replayed: again.headers.get("idempotency-replayed") },
        { id: request_id, replayed: "true" },
      );
      const call = withHeaders(undo({ request_id }), { "idempotency-key": '"undo-2"' });
      const one = await world.send(admin, call);
      const two = await world.send(admin, call);
      must(two.json!, exactly(one.json!));
      must(two.json!, { data: { deleted: 1, request_id: one.headers.get("x-request-id")! } });
    },
  },
  {
    name: "undo: the progress is a stream of lines, and the result the last one",
    as: admin,
    needs: [undoMakers],
    request: post("/api/items/undo_makers", { id: MAKERS.five, name: "Eve" }),
    expect: created(),
    async verify(reply, world) {
      const request_id = reply.headers.get("x-request-id")!;
      const streamed = await world.send(admin, withHeaders(undo({ request_id }), { accept: "application/x-ndjson" }));
      const lines = streamed.text.trim().split("\n");
      must(
        { type: streamed.headers.get("content-type"), last: JSON.parse(lines.at(-1)!) as Json },
        {
          type: "application/x-ndjson",
          last: { data: { deleted: 1, request_id: aText } },
        },
      );
    },
  },
];
