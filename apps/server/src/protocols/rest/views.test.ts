/** Whose views are seen and changed by whom, how many there may be, and what they go with. */
import { expect, test } from "bun:test";
import { refusalIn } from "../../testing/app.ts";
import { answeredData, type Headers, viewWorld } from "../../testing/view-world.ts";

const { app, owner, ann, boss, keys, members, makeKey, read } = await viewWorld({ maxBodyBytes: 100_000 });

interface View {
  readonly id: string;
  readonly name: string;
  readonly shared: boolean;
  readonly own: boolean;
}

const save = (who: Headers, more: object = {}) =>
  app.send("/api/views", { collection: "notes", name: "v", ...more }, who);
const saved = async (who: Headers, more: object = {}): Promise<View> => answeredData(await save(who, more));
const change = (who: Headers, id: string, body: object) => app.send(`/api/views/${id}`, body, who, "PATCH");
const remove = (who: Headers, id: string) => app.send(`/api/views/${id}`, undefined, who, "DELETE");
const listed = async (who: Headers, query = "?collection=notes") =>
  (await answeredData<View[]>(await read(`/api/views${query}`, who))).map(({ id }) => id);

test("a view is kept as it was saved, and changed in parts", async () => {
  const content = {
    layout: "kanban",
    query: { filter: { title: { _contains: "x" } }, sort: ["-title"], group_by: ["title"] },
    columns: [
      { field: "title", width: 200 },
      { field: "secret", hidden: true },
    ],
    options: { column: "title", nested: { any: [1, null, "ü"] } },
  };
  const view = await saved(owner, { name: "Board", ...content });
  expect(view).toMatchObject({ name: "Board", collection: "notes", shared: false, own: true, ...content } as never);
  const changed = await answeredData<View>(
    await change(owner, view.id, { name: "Table", layout: "table", columns: [] }),
  );
  expect(changed).toMatchObject({ name: "Table", layout: "table", columns: [], query: content.query } as never);
  expect(await answeredData<View>(await read(`/api/views/${view.id}`, owner))).toEqual(changed);
  expect(await answeredData(await remove(owner, view.id))).toEqual({ id: view.id } as never);
  expect(await refusalIn(await read(`/api/views/${view.id}`, owner))).toEqual([404, "NOT_FOUND"]);
});

test("a view can be sent back: as another one, and as a change", async () => {
  const view = await saved(owner, { name: "First", options: { a: 1 } });
  const copy = await saved(owner, { ...view });
  expect(copy.id).not.toBe(view.id);
  expect((await listed(owner)).toSorted()).toEqual([view.id, copy.id].toSorted());
  const { id: _, created_at: __, updated_at: ___, ...content } = copy as View & Record<string, unknown>;
  expect(view).toMatchObject(content as never);
  const changed = await answeredData<View>(await change(owner, copy.id, { ...view, name: "Second" }));
  expect(changed).toMatchObject({ id: copy.id, name: "Second" });
  const moved = await change(owner, copy.id, { ...view, collection: "plans" });
  expect(await refusalIn(moved)).toEqual([422, "VALIDATION", "collection"]);
  for (const { id } of [view, copy]) expect((await remove(owner, id)).status).toBe(200);
});

test("own views are seen and changed by their owner alone, shared ones by whoever may change collections", async () => {
  const own = await saved(members.viewer);
  const shared = await saved(members.developer, { shared: true });
  for (const who of [owner, boss.headers, members.admin, members.developer, keys.secret.headers]) {
    expect(await listed(who)).toEqual([shared.id]);
    for (const answer of [
      await read(`/api/views/${own.id}`, who),
      await change(who, own.id, { name: "x" }),
      await remove(who, own.id),
    ]) {
      expect(await refusalIn(answer)).toEqual([404, "NOT_FOUND"]);
    }
  }
  expect(await listed(members.viewer)).toEqual([own.id, shared.id]);
  const notMine = [403, "FORBIDDEN", "shared"] as never;
  expect(await refusalIn(await change(members.viewer, shared.id, { name: "x" }))).toEqual(notMine);
  expect(await refusalIn(await change(members.viewer, shared.id, { shared: false }))).toEqual(notMine);
  expect(await refusalIn(await remove(members.viewer, shared.id))).toEqual(notMine);
  expect(await refusalIn(await change(members.viewer, own.id, { shared: true }))).toEqual(notMine);
  expect(await refusalIn(await save(members.viewer, { shared: true }))).toEqual(notMine);
  expect((await change(members.viewer, own.id, { name: "mine" })).status).toBe(200);
  expect((await change(boss.headers, shared.id, { shared: false })).status).toBe(200);
  expect(await listed(members.developer)).toEqual([]);
  expect((await change(boss.headers, shared.id, { shared: true })).status).toBe(200);
  for (const [who, id] of [
    [members.viewer, own.id],
    [keys.secret.headers, shared.id],
  ] as const) {
    expect((await remove(who, id)).status).toBe(200);
  }
});

test("of the shared views one is the default, and of each person's one, however many are made so at once", async () => {
  const defaults = async (who: Headers) => {
    const views = await answeredData<(View & { is_default: boolean })[]>(
      await read("/api/views?collection=notes", who),
    );
    return views.filter((view) => view.is_default).map(({ id }) => id);
  };
  const first = await saved(owner, { shared: true, is_default: true });
  expect(first).toMatchObject({ is_default: true } as never);
  const second = await saved(owner, { shared: true });
  const mine = await saved(members.viewer, { is_default: true });
  expect(await defaults(members.viewer)).toEqual([first.id, mine.id]);
  expect(await defaults(boss.headers)).toEqual([first.id]);
  // Who may not change shared views cannot choose for everybody.
  const refused = await change(members.viewer, second.id, { is_default: true });
  expect(await refusalIn(refused)).toEqual([403, "FORBIDDEN", "shared"] as never);
  expect((await change(members.developer, second.id, { is_default: true })).status).toBe(200);
  expect(await defaults(members.viewer)).toEqual([second.id, mine.id]);
  // A view that becomes shared takes the place of the one that was.
  const own = await saved(owner, { is_default: true });
  await change(owner, own.id, { shared: true });
  expect(await defaults(owner)).toEqual([own.id]);
  const both = [first, second].map(({ id }) => change(owner, id, { is_default: true }));
  for (const { status } of await Promise.all(both)) expect(status).toBe(200);
  expect(await defaults(owner)).toHaveLength(1);
  const [last = ""] = await defaults(owner);
  await change(owner, last, { name: "renamed" });
  expect(await defaults(owner)).toEqual([last]);
  await change(owner, last, { is_default: false });
  expect(await defaults(owner)).toEqual([]);
  for (const { id } of [first, second, own]) await remove(owner, id);
  await remove(members.viewer, mine.id);
});

test("a key makes shared views, if its actions allow it", async () => {
  expect(await refusalIn(await save(keys.secret.headers))).toEqual([422, "VALIDATION", "shared"]);
  const { id } = await saved(keys.secret.headers, { shared: true });
  const reads = await makeKey("reads", { kind: "scoped", roles: ["admin"], actions: ["collections:read"] });
  expect(await listed(reads.headers)).toEqual([id]);
  expect(await refusalIn(await save(reads.headers, { shared: true }))).toEqual([403, "FORBIDDEN", "shared"]);
  expect((await refusalIn(await save(keys.plain.headers, { shared: true })))[0]).toBe(403);
  expect((await remove(keys.secret.headers, id)).status).toBe(200);
});

test("users who are no administrators, strangers and other workspaces have nothing to do with them", async () => {
  const { id } = await saved(owner, { shared: true });
  for (const who of [ann.headers, keys.public.headers, {}]) {
    expect([401, 403]).toContain((await save(who)).status);
    expect([401, 403]).toContain((await read("/api/views", who)).status);
  }
  const there = keys.foreign.headers;
  expect(await listed(there, "")).toEqual([]);
  expect(await refusalIn(await change(there, id, { name: "x" }))).toEqual([404, "NOT_FOUND"]);
  expect(await refusalIn(await save(there, { shared: true }))).toEqual([404, "COLLECTION_NOT_FOUND", "collection"]);
  await remove(owner, id);
});

test("what is wrong is named", async () => {
  for (const [more, field] of [
    [{ layout: "list" }, "layout"],
    [{ query: { filter: [] } }, "query.filter"],
    [{ query: { where: {} } }, "query.where"],
    [{ columns: [{ field: "" }] }, "columns.0.field"],
    [{ columns: [{ field: "a", width: 5 }] }, "columns.0.width"],
    [{ name: " " }, "name"],
    [{ hue: 1 }, "hue"],
    [{ is_default: "yes" }, "is_default"],
  ] as const) {
    const [status, , named] = await refusalIn(await save(owner, more));
    expect([status, named]).toEqual([422, field]);
  }
  expect(await refusalIn(await read("/api/views/none", owner))).toEqual([404, "NOT_FOUND"]);
});

test("16 KiB, counted as bytes; 100 of each person, and 100 that are shared, however many at once", async () => {
  const options = (chars: number) => ({ options: { a: "ü".repeat(chars) } });
  expect(
    await refusalIn(await app.send("/api/views", { collection: "plans", name: "v", ...options(8200) }, owner)),
  ).toEqual([422, "LIMIT_EXCEEDED", "query"]);
  const make = (who: Headers, shared: boolean) => save(who, { collection: "plans", shared, ...options(100) });
  for (let i = 0; i < 95; i++) expect((await make(owner, false)).status).toBe(201);
  const many = await Promise.all(Array.from({ length: 10 }, () => make(owner, false)));
  expect(many.filter(({ status }) => status === 201)).toHaveLength(5);
  expect(await refusalIn(many.find(({ status }) => status !== 201)!)).toEqual([422, "LIMIT_EXCEEDED", "collection"]);
  expect((await make(owner, true)).status).toBe(201);
  expect((await make(members.admin, false)).status).toBe(201);
  const all = new Set<string>();
  for (let cursor = ""; ; ) {
    const page = await read(`/api/views?collection=plans&limit=40&cursor=${cursor}`, owner);
    const { data, next_cursor } = (await page.json()) as { data: View[]; next_cursor: string | null };
    for (const { id } of data) all.add(id);
    if (next_cursor === null) break;
    cursor = next_cursor;
  }
  expect(all.size).toBe(101);
});

test("views go with their collection, and with their owner", async () => {
  await answeredData(await app.send("/api/collections", { slug: "brief", fields: [] }, owner));
  const view = await saved(owner, { collection: "brief", shared: true });
  expect((await app.send("/api/collections/brief?confirm=brief", undefined, owner, "DELETE")).status).toBe(200);
  expect(await refusalIn(await read(`/api/views/${view.id}`, owner))).toEqual([404, "NOT_FOUND"]);
  await saved(boss.headers);
  const count = async () => (await app.driver.all({ sql: "select count(*) as n from plinth_views", params: [] }))[0]!.n;
  const before = Number(await count());
  expect((await app.send(`/api/users/${boss.id}?items=release`, undefined, owner, "DELETE")).status).toBeLessThan(300);
  expect(Number(await count())).toBe(before - 1);
});
