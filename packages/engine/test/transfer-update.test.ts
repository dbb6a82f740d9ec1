import { expect, test } from "bun:test";
import { createRule, type ImportOptions } from "../src/index.ts";
import { ADMIN, EVERYTHING, openWorld, things, userOf, type World } from "./transfer-support.ts";

const UPDATE: ImportOptions = { format: "csv", mode: "update" };

async function failure(work: Promise<unknown>): Promise<{ code?: string; message: string; details?: object }> {
  try {
    await work;
  } catch (error) {
    return error as never;
  }
  throw new Error("It was not refused.");
}

async function filled(): Promise<World & { ids: readonly string[] }> {
  const world = await things();
  await world.importText("things", "title,pages\nA,1\nB,2\nC,3\n", { format: "csv" });
  return { ...world, ids: (await world.list("things")).map(({ id }) => id as string) };
}

const ofItems = (rows: readonly Record<string, unknown>[]) =>
  rows.map(({ title, pages, version }) => [title, pages, version]);

test("a CSV that was exported is edited and changes its items, each guarded by its version", async () => {
  const { ids, importText, list } = await filled();
  const [a, b, c] = ids;
  const text = `id,version,title,pages,created_at\n${a},1,A2,,\n${b},,B2,20,\n${c},1,C,30,\n`;
  const result = await importText("things", text, UPDATE);
  expect(result).toMatchObject({ total: 3, inserted: 0, updated: 3, failed: 0, ignored_fields: ["created_at"] });
  // An empty cell leaves its field as it is.
  expect(ofItems(await list("things"))).toEqual([
    ["A2", 1, 2],
    ["B2", 20, 2],
    ["C", 30, 2],
  ]);
  const late = await failure(importText("things", text, UPDATE));
  expect(late).toMatchObject({ code: "PRECONDITION_FAILED", details: { rows_total: 2 } });
  expect(ofItems(await list("things"))[1]).toEqual(["B2", 20, 2]);
});

test("a dry run of changes writes nothing, and says what is refused or outrun", async () => {
  const { ids, importText, list } = await filled();
  const dry = { ...UPDATE, dryRun: true };
  const before = await list("things");
  expect(await importText("things", `id,version,pages\n${ids[0]},1,9\n${ids[1]},1,many\n`, dry)).toMatchObject({
    updated: 0,
    failed: 1,
    errors: [{ row: 2, line: 3, error: { field: "pages" } }],
  });
  const late = await failure(importText("things", `id,version,pages\n${ids[0]},1,9\n${ids[1]},4,8\n`, dry));
  expect(late).toMatchObject({ code: "PRECONDITION_FAILED", details: { rows: [{ row: 2, id: ids[1], version: 1 }] } });
  expect(await list("things")).toEqual(before);
});

test.each([
  ["no id", "title\nA\n", "id"],
  ["an id that is none", "id,title\nx,A\n", "id"],
  ["a version that is none", "id,version,title\nID,soon,A\n", "version"],
  ["nothing to change", "id,title\nID,\n", "body"],
  ["a required value taken away", '{"id":"ID","title":null}', "title"],
])("a row with %s refuses the file", async (_, text, field) => {
  const { ids, importText, list } = await filled();
  const format = text.startsWith("{") ? "ndjson" : "csv";
  const refused = await failure(importText("things", text.replace("ID", ids[0]!), { ...UPDATE, format }));
  expect(refused).toMatchObject({ code: "VALIDATION", details: { field, row: 1, failed: 1 } });
  expect((await list("things")).map(({ version }) => version)).toEqual([1, 1, 1]);
});

test("more rows than one batch changes are refused before anything is written", async () => {
  const { importText, list } = await filled();
  const rows = Array.from({ length: 5001 }, (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, "0")},${at}`);
  const refused = await failure(importText("things", `id,pages\n${rows.join("\n")}\n`, UPDATE));
  expect(refused).toMatchObject({ code: "LIMIT_EXCEEDED", details: { max_rows: 5000 } });
  const upsert = { on_conflict: ["id"] };
  expect(await failure(importText("things", "id,pages\n", { ...UPDATE, upsert }))).toMatchObject({
    code: "VALIDATION",
    details: { field: "on_conflict" },
  });
  expect((await list("things")).map(({ version }) => version)).toEqual([1, 1, 1]);
});

test("a database that takes little at once changes as many rows as fit, or none", async () => {
  const world = await openWorld((driver) => ({
    ...driver,
    capabilities: { ...driver.capabilities, maxParameters: 40, maxBatch: 24 },
    batch: (queries) => {
      expect(queries.length).toBeLessThanOrEqual(24);
      for (const { params } of queries) expect(params.length).toBeLessThanOrEqual(40);
      return driver.batch(queries);
    },
  }));
  await world.create(EVERYTHING as never);
  const titles = Array.from({ length: 300 }, (_, at) => `T${at}`);
  await world.importText("things", `title\n${titles.join("\n")}\n`, { format: "csv" });
  const ids = (await world.list("things")).map(({ id }) => id as string);
  const change = (count: number) =>
    world.importText(
      "things",
      `id,version,pages\n${ids
        .slice(0, count)
        .map((id, at) => `${id},1,${at}`)
        .join("\n")}\n`,
      UPDATE,
    );
  expect(await failure(change(300))).toMatchObject({ code: "LIMIT_EXCEEDED" });
  expect(await change(200)).toMatchObject({ updated: 200 });
  const stored = await world.list("things");
  expect(
    stored.filter(({ pages, version }, at) => (at < 200 ? pages === at && version === 2 : version === 1)),
  ).toHaveLength(300);
});

test("a rule that follows a relation to the same collection is asked for all rows before the first is changed", async () => {
  const world = await openWorld();
  await world.create({
    slug: "tasks",
    fields: [
      { name: "status", type: "text" },
      { name: "note", type: "text" },
      { name: "parent", type: "relation", to: "tasks" },
    ],
  } as never);
  await world.importText("tasks", "status\nopen\n", { format: "csv" });
  const [parent] = await world.list("tasks");
  const children = Array.from({ length: 60 }, (_, at) => `open,${at},${parent!.id}`);
  await world.importText("tasks", `status,note,parent\n${children.join("\n")}\n`, { format: "csv" });
  // It has a check of its own, so that the condition is not asked after the change.
  const condition = { _or: [{ parent: { status: { _eq: "open" } } }, { parent: { _null: true } }] };
  const rule = { collection: "tasks", action: "update", effect: "allow", role: "public", condition, fields: null };
  await createRule(await world.ctx(ADMIN), { ...rule, check: {}, presets: null } as never);
  const rows = (await world.list("tasks")).map(({ id }) => `{"id":"${id}","status":"closed"}`);
  const result = await world.importText("tasks", rows.join("\n"), { ...UPDATE, format: "ndjson" }, userOf("u1"));
  expect(result).toMatchObject({ updated: 61 });
  expect((await world.list("tasks")).filter(({ status }) => status === "closed")).toHaveLength(61);
});

test("whoever may change an item and not read it does not learn its version", async () => {
  const { ids, importText, ctx } = await filled();
  const rule = { collection: "things", action: "update", effect: "allow", role: "public", condition: {} };
  await createRule(await ctx(ADMIN), { ...rule, fields: null, check: null, presets: null } as never);
  const late = await failure(importText("things", `id,version,title\n${ids[0]},7,A\n`, UPDATE, userOf("u1")));
  expect(late).toMatchObject({
    code: "PRECONDITION_FAILED",
    details: { rows: [{ row: 1, id: ids[0], version: null }], rows_total: 1 },
  });
});
