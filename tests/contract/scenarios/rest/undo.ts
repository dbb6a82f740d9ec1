import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { exactly, must } from "../../match.ts";
import { type Call, created, del, get, ok, patch, post, type Scenario } from "../../scenario.ts";
import { done, MAKERS, read, THINGS, thing, undo, undoMakers, undoPapers, undoThings } from "../../undo-steps.ts";
import type { World } from "../../world.ts";

const admin = as.secretKey;
const first = get("/api/items/undo_things", { limit: "1" });
const needs = [undoThings];

/** Requests that are sent at once do not always meet. */
const ROUNDS = 5;

/** What three undos of a request, sent at once, say that they did. */
async function together(world: World, request_id: string): Promise<JsonObject> {
  const answers = await Promise.all([1, 2, 3].map(() => done(world, undo({ request_id }))));
  const sum = (kind: string) => answers.reduce((all, { data }) => all + Number(data[kind]), 0);
  return { deleted: sum("deleted"), changed: sum("changed"), restored: sum("restored") };
}

/** What a person who made a mistake, and the agent that made many, rely on. */
export const scenarios: Scenario[] = [
  {
    name: "undo: new items go, and come back as they were when the undo is undone",
    as: admin,
    needs,
    request: first,
    expect: ok(),
    async verify(_, world) {
      await done(world, post("/api/items/undo_makers", { id: MAKERS.one, name: "Ann" }));
      const made = await done(
        world,
        post("/api/items/undo_things", [
          { id: THINGS.a, title: "a", code: "undo-a", maker: MAKERS.one, facts: { $inc: 1 }, owner_id: "someone" },
          { id: THINGS.b, title: "b", part_of: THINGS.a },
        ]),
      );
      const before = (await read(world, THINGS.a))!;
      const plan = await done(world, undo({ request_id: made.request, dry_run: true }));
      must(plan.data, {
        request_id: null,
        dry_run: true,
        changes: 2,
        deleted: 2,
        changed: 0,
        restored: 0,
        collections: exactly({ undo_things: { deleted: 2, changed: 0, restored: 0 } }),
        conflicts: [],
        conflicts_total: 0,
        atomic: true,
      });
      must({ title: (await read(world, THINGS.b))!.title! }, { title: "b" });
      const undone = await done(world, undo({ request_id: made.request }));
      must(undone.data, { request_id: undone.request, deleted: 2, dry_run: false, atomic: true });
      must(
        { a: (await read(world, THINGS.a)) === undefined, b: (await read(world, THINGS.b)) === undefined },
        {
          a: true,
          b: true,
        },
      );
      // Once more does nothing.
      must((await done(world, undo({ request_id: made.request }))).data, { deleted: 0, changed: 0, restored: 0 });
      must((await done(world, undo({ request_id: undone.request }))).data, { restored: 2 });
      const { updated_at: _u, version, ...rest } = (await read(world, THINGS.a))!;
      const { updated_at: _w, version: earlier, ...expected } = before;
      must(rest, exactly(expected));
      must({ later: Number(version) > Number(earlier) }, { later: true });
    },
  },
  {
    name: "undo: of equal undos at once, one does it and the others find nothing to do",
    as: admin,
    needs,
    request: first,
    expect: ok(),
    async verify(_, world) {
      for (let round = 0; round < ROUNDS; round++) {
        const items = Array.from({ length: 20 }, (_, n) => ({ title: `round ${round}, ${n}` }));
        const { request } = await done(world, post("/api/items/undo_things", items));
        must(await together(world, request), exactly({ deleted: 20, changed: 0, restored: 0 }));
        const filter = JSON.stringify({ title: { _starts_with: `round ${round},` } });
        must(await world.must(admin, get("/api/items/undo_things", { filter })), { data: exactly([]) });
        const again = await done(world, post("/api/items/undo_things", items));
        const changed = await done(world, { ...patch("/api/items/undo_things", { cents: 1 }), query: { filter } });
        must(await together(world, changed.request), exactly({ deleted: 0, changed: 20, restored: 0 }));
        const gone = await done(world, { ...del("/api/items/undo_things"), query: { filter } });
        must(await together(world, gone.request), exactly({ deleted: 0, changed: 0, restored: 20 }));
        await done(world, undo({ request_id: again.request }));
      }
    },
  },
  {
    name: "undo: changed fields get their old values, and what others changed beside them stays",
    as: admin,
    needs,
    request: first,
    expect: ok(),
    async verify(_, world) {
      const items = [THINGS.c, THINGS.d].map((id, i) => ({ id, title: `bulk ${i}`, cents: i, facts: [i] }));
      await done(world, post("/api/items/undo_things", items));
      const filter = JSON.stringify({ title: { _starts_with: "bulk" } });
      const call = { ...patch("/api/items/undo_things", { cents: 99, facts: { all: true } }), query: { filter } };
      const changed = await done(world, call);
      await done(world, patch(thing(THINGS.c), { title: "renamed" }), as.operator);
      const { data } = await done(world, undo({ request_id: changed.request }));
      must(data, { changed: 2, deleted: 0, restored: 0 });
      must((await read(world, THINGS.c))!, { title: "renamed", cents: 0, facts: exactly([0]) });
      must((await read(world, THINGS.d))!, { title: "bulk 1", cents: 1, facts: exactly([1]) });
    },
  },
  {
    name: "undo: a deleted item comes back with what went along and what let go of it",
    as: admin,
    needs,
    request: first,
    expect: ok(),
    async verify(_, world) {
      await done(world, post("/api/items/undo_makers", { id: MAKERS.two, name: "Bea" }));
      await done(
        world,
        post("/api/items/undo_things", [
          { id: THINGS.g, title: "g", maker: MAKERS.two },
          { id: THINGS.h, title: "h", tester: MAKERS.two },
        ]),
      );
      const gone = await done(world, del(`/api/items/undo_makers/${MAKERS.two}`));
      must((await read(world, THINGS.h))!, { tester: null });
      const { data } = await done(world, undo({ request_id: gone.request }));
      must(data, {
        restored: 2,
        changed: 1,
        collections: exactly({
          undo_makers: { deleted: 0, changed: 0, restored: 1 },
          undo_things: { deleted: 0, changed: 1, restored: 1 },
        }),
      });
      must((await read(world, THINGS.g))!, { maker: MAKERS.two });
      must((await read(world, THINGS.h))!, { tester: MAKERS.two });
    },
  },
  {
    name: "undo: an import is one request, also when its file comes in parts",
    as: admin,
    needs: [undoMakers],
    request: get("/api/items/undo_makers", { limit: "1" }),
    expect: ok(),
    async verify(_, world) {
      const part = (rows: string, query: Record<string, string> = {}): Call => ({
        ...post("/api/items/undo_makers/import"),
        query: { format: "csv", ...query },
        raw: `name\n${rows}`,
      });
      const one = await done(world, part("part 1\npart 2\n"));
      const two = await done(world, part("part 3\n", { run: one.request }));
      must({ request: two.request }, { request: one.request });
      const stranger = await world.send(as.operator, part("part 4\n", { run: one.request }));
      must(
        { status: stranger.status, error: (stranger.json as JsonObject).error! },
        {
          status: 422,
          error: { code: "VALIDATION", details: { field: "run" } },
        },
      );
      const invented = await world.send(admin, part("part 5\n", { run: "8c5f6a52-6f3e-4a1b-9d2c-3b1f0a7e5d11" }));
      must({ status: invented.status }, { status: 422 });
      must((await done(world, undo({ request_id: one.request }))).data, { changes: 3, deleted: 3 });
    },
  },
  {
    name: "undo: several requests are undone as one, newest first",
    as: admin,
    needs,
    request: first,
    expect: ok(),
    async verify(_, world) {
      const requests: string[] = [];
      requests.push((await done(world, post("/api/items/undo_things", { id: THINGS.k, title: "1" }))).request);
      for (const title of ["2", "3"])
        requests.push((await done(world, patch(thing(THINGS.k), { title, facts: { title } }))).request);
      must((await done(world, undo({ requests: requests.slice(1) }))).data, { changes: 2, changed: 1 });
      must((await read(world, THINGS.k))!, { title: "1", facts: null });
      const all = await done(world, undo({ requests }));
      must(all.data, { changes: 3, deleted: 1, changed: 0 });
    },
  },
  {
    name: "undo: an item goes back to a version of its history, whoever changed it since, also after it was deleted",
    as: admin,
    needs,
    request: first,
    expect: ok(),
    async verify(_, world) {
      await done(world, post("/api/items/undo_things", { id: THINGS.l, title: "1", cents: 1 }));
      await done(world, patch(thing(THINGS.l), { title: "2" }));
      await done(world, patch(thing(THINGS.l), { title: "3", cents: 3 }), as.operator);
      await done(world, del(thing(THINGS.l)));
      const versions = (await done(world, get(`${thing(THINGS.l)}/history`))).data as unknown as JsonObject[];
      const item = { collection: "undo_things", id: THINGS.l };
      const [deleted, third, second] = versions.map(({ position }) => position!);
      must((await done(world, undo({ item, to: second!, dry_run: true }))).data, { restored: 1 });
      must((await done(world, undo({ item, to: second! }))).data, { restored: 1 });
      must((await read(world, THINGS.l))!, { title: "2", cents: 1 });
      must((await done(world, undo({ item, to: third! }))).data, { changed: 1 });
      must((await read(world, THINGS.l))!, { title: "3", cents: 3 });
      const never = await world.send(admin, undo({ item, to: deleted! }));
      must({ status: never.status }, { status: 422 });
      const { version } = (await read(world, THINGS.l))!;
      const late = await world.send(admin, undo({ item, to: second!, if_version: (version as number) - 1 }));
      must({ status: late.status }, { status: 412 });
      must((await done(world, undo({ item, to: second!, if_version: version! }))).data, { changed: 1 });
    },
  },
  {
    name: "undo: documents get their keys back, and lose those that are new",
    as: admin,
    needs: [undoPapers],
    request: post("/api/items/undo_papers", { a: 1, deep: { list: [1, { $inc: 2 }] } }),
    expect: created(),
    async verify(reply, world) {
      const { id, version: _v, updated_at: _u, ...before } = (reply.json as JsonObject).data as JsonObject;
      const path = `/api/items/undo_papers/${id}`;
      const changed = await done(world, patch(path, { a: null, b: 2, deep: { list: [] } }));
      await done(world, patch(path, { other: "stays" }), as.operator);
      must((await done(world, undo({ request_id: changed.request }))).data, { changed: 1 });
      const { version: _w, updated_at: _x, ...after } = (await done(world, get(path))).data;
      must(after, exactly({ ...before, id: id!, other: "stays" }));
    },
  },
];
