/** What sweeps do: in few statements, past what cannot be removed, and for what an older version has stored. */
import { expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import { DataError, type FileStore, FileStoreError, type Principal, type SqlDriver, uuidv7 } from "@plinth/core";
import { putParts } from "../src/features/files/uploads/repository.ts";
import {
  checkStoredFiles,
  deleteFile,
  deleteFolder,
  drainChanges,
  FEATURES,
  listVersions,
  removeBucket,
  updateBucket,
  updateBucketSchema,
} from "../src/index.ts";
import { systemCollection } from "../src/kernel/catalog.ts";
import { HOUR_MS, noted, sharesIn, sqliteFiles, withoutShares } from "./files-world.ts";
import { W } from "./log-world.ts";

const open = sqliteFiles();

const at = { bucket: "photos", path: "a/b.txt" };
const mutable = (store: FileStore): { -readonly [Name in keyof FileStore]: FileStore[Name] } => ({ ...store });
const scheduleOf = (name: string) =>
  FEATURES.flatMap(({ schedules = [] }) => schedules).find((schedule) => schedule.name === name)!;

test("what was stored before there were shares counts after the upgrade, and becomes versions", async () => {
  const world = await open();
  const { put, ctx, sweep, rule, after } = world;
  const ann: Principal = {
    kind: "user",
    id: crypto.randomUUID(),
    workspaceId: W,
    roles: ["authenticated"],
    bypass: false,
  };
  await rule({ role: "authenticated", collection: "files", action: "create" });
  for (let n = 0; n < 20; n++) await put("12345", { path: `${n}` }, n % 2 === 0 ? await ctx(ann) : undefined);
  await put("first", at);
  await put("second", at);
  const before = await sharesIn(world);
  expect(before).toEqual([
    { owner: "", bytes: 111, contents: 22 },
    { owner: ann.id!, bytes: 50, contents: 10 },
  ]);
  await withoutShares(world);
  expect(await sharesIn(world)).toEqual([]);
  // What is stored meanwhile counts once.
  await put("third", { path: "c" });
  await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ versions: true }));
  await sweep();
  await sweep();
  expect(await sharesIn(world)).toEqual([{ owner: "", bytes: 116, contents: 23 }, before[1]!]);
  await put("other", { path: "0" });
  expect((await listVersions(await ctx(), { ...at, path: "0" }, { limit: 10 })).data).toHaveLength(2);
  await deleteFile(await ctx(), { ...at, path: "1" }, undefined);
  await sweep();
  expect((await listVersions(await ctx(), { ...at, path: "1" }, { limit: 10 })).data).toHaveLength(1);
  await expect(
    updateBucket(await ctx(), "photos", updateBucketSchema.parse({ max_files: 23 })).then(() =>
      put("x", { path: "y" }),
    ),
  ).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: "max_files" } });
  after(25 * HOUR_MS);
  await sweep();
  // The first bytes of `a/b.txt` were replaced before the bucket kept versions.
  expect((await sharesIn(world))[0]).toEqual({ owner: "", bytes: 116, contents: 23 });
});

test("a bucket whose deletion fails keeps its versions, and one that is deleted gives them up", async () => {
  const { put, ctx, sweep, after, stored } = await open();
  await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ versions: true }));
  await put("first");
  await put("second");
  await deleteFile(await ctx(), at, undefined);
  await sweep();
  const own = await ctx();
  const failing: SqlDriver = {
    ...own.driver,
    batch: async (queries) => {
      if (queries.some(({ sql }) => sql.includes('delete from "plinth_files_buckets"'))) throw new DataError("busy");
      return own.driver.batch(queries);
    },
  };
  await expect(removeBucket({ ...own, driver: failing }, "photos")).rejects.toThrow();
  after(100 * HOUR_MS);
  await sweep();
  expect((await listVersions(await ctx(), at, { limit: 10 })).data).toHaveLength(2);
  await removeBucket(await ctx(), "photos");
  await sweep();
  after(25 * HOUR_MS);
  await sweep();
  expect(await stored()).toBe(0);
});

test("many files are given up and removed in few statements, and one that has come back stays", async () => {
  const { put, ctx, sweep, after, driver, engine, stored, read } = await open();
  for (let n = 0; n < 40; n++) await put(`${n}`, { path: `d/${n}` });
  await put("kept");
  await deleteFolder(await ctx(), { ...at, path: "d" });
  await sweep();
  after(25 * HOUR_MS);
  const { driver: counted, statements } = noted(driver);
  // Its file is there again, though the log has not been read.
  await driver.run({
    sql: "update c_000000000001_file_contents set unused_since = '2020-01-01T00:00:00.000Z' where id = (select content from c_000000000001_files)",
    params: [],
  });
  for (const name of ["files-unused", "files"]) while (await scheduleOf(name).run(engine, counted));
  expect(await stored()).toBe(1);
  expect(await read()).toBe("kept");
  expect(statements.length).toBeLessThan(80);
});

test("a file with many versions too many is replaced in few statements", async () => {
  const { put, ctx } = await open();
  await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ versions: true }));
  for (let n = 0; n < 25; n++) await put(`${n}`);
  await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ max_versions: 2 }));
  const own = await ctx();
  const { driver, statements } = noted(own.driver);
  await put("last", {}, { ...own, driver });
  expect((await listVersions(await ctx(), at, { limit: 100 })).data).toHaveLength(3);
  expect(statements.length).toBeLessThan(40);
});

test("a thousand parts are noted in few statements, again too", async () => {
  const { driver } = await open();
  const rows = Array.from({ length: 1000 }, (_, n) => ({
    ...{ workspaceId: W, upload: "u", number: n + 1, etag: "a", size: n, md5: null, checksum: null },
  }));
  const queries = putParts(driver, rows);
  expect(queries.length).toBeLessThan(100);
  for (const { params } of queries) expect(params.length).toBeLessThanOrEqual(100);
  await driver.batch(queries);
  await driver.batch(putParts(driver, [{ ...rows[999]!, etag: "b" }]));
  const sql = "select count(*) as n, max(etag) as etag from plinth_files_upload_parts";
  expect(await driver.all({ sql, params: [] })).toEqual([{ n: 1000, etag: "b" }]);
});

test("changes of others are passed over without work, in a bounded number of reads", async () => {
  const { driver, engine, put, ctx } = await open();
  await driver.run({
    sql: `with recursive n(x) as (select 1 union all select x + 1 from n where x < 11000)
      insert into plinth_changes (workspace_id, collection_id, version, item, op, at) select ?1, 'other', 1, x, 'insert', 0 from n`,
    params: [W],
  });
  await put("x");
  const collectionIds = [systemCollection((await ctx()).catalog, "files")!.id];
  const options = { name: "n", workspaceId: W, from: "oldest", collectionIds, maxPages: 1 } as const;
  let seen = 0;
  const drain = (maxReads: number) =>
    drainChanges(engine, driver, { ...options, maxReads }, (changes) => {
      seen += changes.length;
    });
  expect([await drain(2), seen]).toEqual(["more", 0]);
  expect([await drain(2), seen]).toEqual(["all", 1]);
});

test("what cannot be removed keeps nothing else from being removed, and a store that is away is not asked again and again", async () => {
  const store = mutable(memoryFileStore());
  const { put, ctx, sweep, after, stored, engine, driver } = await open({ store });
  const stuck = (await put("stuck", { path: "d/stuck" })).content;
  for (let n = 0; n < 60; n++) await put(`${n}`, { path: `d/${n}` });
  await deleteFolder(await ctx(), { ...at, path: "d" });
  while (await scheduleOf("files-unused").run(engine, driver));
  after(25 * HOUR_MS);
  while (await scheduleOf("files-unused").run(engine, driver));
  const { delete: remove } = store;
  let asked = 0;
  store.delete = async () => {
    asked++;
    throw new FileStoreError("unavailable", "the store is away");
  };
  expect(await scheduleOf("files").run(engine, driver)).toBe(false);
  expect(asked).toBeLessThan(6);
  store.delete = async (keys) => {
    if (keys.some((key) => key.includes(stuck))) throw new FileStoreError("forbidden", "it must stay");
    return remove(keys);
  };
  await sweep();
  expect(await stored()).toBe(1);
  store.delete = remove;
  await sweep();
  expect(await stored()).toBe(0);
});

test("a check compares a page in statements of as many values as D1 takes", async () => {
  const { store, ctx, after, put } = await open();
  for (let n = 0; n < 150; n++) await store.put(`${W}/${uuidv7(n)}`, new Uint8Array(1));
  await put("x");
  after(25 * HOUR_MS);
  const own = await ctx();
  const capabilities = { ...own.driver.capabilities, maxParameters: 100 };
  const all: SqlDriver["all"] = async (query) => {
    if (query.params.length > 100) throw new Error(`${query.params.length} parameters`);
    return own.driver.all(query);
  };
  const asD1 = { ...own, driver: { ...own.driver, capabilities, all } };
  expect(await checkStoredFiles(asD1, { fix: false })).toMatchObject({ checked: 1, orphans: 150, next_cursor: null });
});

test("a store that has lost everything is checked part by part, each object and content once", async () => {
  const { store, driver, ctx, put, after } = await open();
  const { content } = await put("x");
  await put("other", { path: "other" });
  await store.delete([`${W}/${content}`]);
  await driver.run({
    sql: `with recursive n(x) as (select 1 union all select x + 1 from n where x < 1200)
      insert into c_000000000001_file_contents (id, created_at, updated_at, version, file, size, content_type, sha256)
      select printf('00000000-0000-7000-8000-%012x', x * 2), created_at, updated_at, 1, file, size, content_type, sha256
      from c_000000000001_file_contents, n where id = ?1`,
    params: [content],
  });
  const odd = (n: number) => `00000000-0000-7000-8000-${(2 * n + 1).toString(16).padStart(12, "0")}`;
  for (const object of [odd(3), `${odd(700)}/thumb`, odd(1100), "foreign"])
    await store.put(`${W}/${object}`, new Uint8Array(1));
  after(25 * HOUR_MS);
  const total = { checked: 0, orphans: 0 };
  const missing: string[] = [];
  let requests = 0;
  for (let cursor: string | null = null, isFirst = true; isFirst || cursor; isFirst = false) {
    const part = await checkStoredFiles(await ctx(), { fix: false, cursor });
    expect(part.checked).toBeLessThanOrEqual(500);
    total.checked += part.checked;
    total.orphans += part.orphans;
    missing.push(...part.missing.map(({ path }) => path));
    requests++;
    cursor = part.next_cursor;
  }
  expect({ ...total, missing, requests }).toEqual({ checked: 1202, orphans: 3, missing: ["a/b.txt"], requests: 3 });
});
