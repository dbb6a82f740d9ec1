/** What access keys of S3 find in lists, and what they leave behind. */
import { expect, test } from "bun:test";
import { MOST_FILE_BYTES, type SqlDriver } from "@plinth/core";
import {
  beginObjectUpload,
  DEFAULT_CHECKSUM,
  deleteFile,
  deleteObjectVersion,
  deleteS3Bucket,
  getBucket,
  keepS3Versions,
  listObjects,
  listObjectVersions,
  moveFiles,
  moveFilesSchema,
  readObjectUpload,
  type S3Grant,
  updateBucket,
  updateBucketSchema,
} from "../src/index.ts";
import { noted, sqliteFiles } from "./files-world.ts";

const open = sqliteFiles();
type World = Awaited<ReturnType<typeof open>>;

const grant: S3Grant = { keyId: "k", buckets: null, prefix: "", readOnly: false, since: 0 };
const photos = { bucket: "photos", prefix: "", delimiter: "" };

async function openVersioned(): Promise<World> {
  const world = await open();
  await updateBucket(await world.ctx(), "photos", updateBucketSchema.parse({ versions: true }));
  return world;
}

const versionsIn = async ({ ctx }: World, more = {}) => {
  const query = { ...photos, afterKey: "", afterVersion: undefined, limit: 10, ...more };
  return listObjectVersions(await ctx(), grant, query);
};

/** Contents at a path that no file has and that are kept no more, newer than all others. */
async function addWaiting({ driver }: World, path: string, count: number): Promise<void> {
  const sql = `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${count})
    insert into plinth_files_stored (id, workspace_id, bucket, path, file, owner, bytes)
    select 'ffffffff-ffff-7fff-8fff-' || printf('%012x', i), workspace_id, bucket, path, file, owner, 0
      from n, (select * from plinth_files_stored where path = ? limit 1)`;
  await driver.run({ sql, params: [path] });
}

test("settings of a bucket that are changed at the same time are all kept", async () => {
  const { ctx, driver } = await open();
  await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ public: true, content_types: ["image/*"] }));
  const own = await ctx();
  let closed = false;
  const slow: SqlDriver = {
    ...driver,
    async batch(queries) {
      if (!closed) {
        closed = true;
        const changes = updateBucketSchema.parse({ public: false, content_types: null });
        await updateBucket(await ctx(), "photos", changes);
      }
      return driver.batch(queries);
    },
  };
  await keepS3Versions({ ...own, driver: slow }, grant, "photos", true);
  expect(closed).toBe(true);
  expect(await getBucket(await ctx(), "photos")).toMatchObject({ public: false, content_types: null, versions: true });
});

test("an object whose version is deleted has the one before, however many contents are between them", async () => {
  const world = await openVersioned();
  const { put, read, ctx } = world;
  await put("older");
  await addWaiting(world, "a/b.txt", 150);
  const { content: version } = await put("newer");
  await deleteObjectVersion(await ctx(), grant, { bucket: "photos", path: "a/b.txt", version });
  expect(await read()).toBe("older");
});

test("a list of versions goes on behind contents that are kept no more, and a bucket with versions behind them is not deleted", async () => {
  const world = await openVersioned();
  const { put, ctx } = world;
  await put("a", { path: "a" });
  await put("z", { path: "z" });
  for (const path of ["a", "z"]) await deleteFile(await ctx(), { bucket: "photos", path }, undefined);
  await addWaiting(world, "a", 10_500);
  const first = await versionsIn(world);
  expect(first.versions).toEqual([]);
  const rest = await versionsIn(world, { afterKey: first.next!.key, afterVersion: first.next!.version });
  expect(rest.versions.map(({ key }) => key)).toContain("z");
  expect(rest.next).toBeUndefined();
  expect(await deleteS3Bucket(await ctx(), grant, "photos").catch(({ code }) => code)).toBe("CONFLICT");
});

test("the deletion of an object is listed where its newest contents are kept no more", async () => {
  const world = await openVersioned();
  await world.put("a", { path: "a" });
  await deleteFile(await world.ctx(), { bucket: "photos", path: "a" }, undefined);
  await addWaiting(world, "a", 600);
  expect((await versionsIn(world)).versions.map(({ isDeletion }) => isDeletion)).toEqual([true, false]);
});

test("versions go along with a file that moves, and come back by an undo", async () => {
  const world = await openVersioned();
  const { put, ctx, sweep } = world;
  for (const text of ["1", "2"]) for (const path of ["from/a", "from/ü/b"]) await put(text, { path });
  const listed = async () => (await versionsIn(world)).versions.map(({ key, isLatest }) => [key, isLatest]);
  const both = (a: string, b: string) => [a, b].flatMap((key) => [true, false].map((isLatest) => [key, isLatest]));
  await moveFiles(await ctx(), moveFilesSchema.parse({ bucket: "photos", from: "from", to: "tö", tree: true }));
  expect(await listed()).toEqual(both("tö/a", "tö/ü/b"));
  await moveFiles(await ctx(), moveFilesSchema.parse({ bucket: "photos", from: "tö/a", to: "c" }));
  expect(await listed()).toEqual(both("c", "tö/ü/b"));
  // As an undo, which knows nothing of contents.
  await world.driver.run({ sql: "update plinth_files_stored set path = 'old' where path = 'c'", params: [] });
  const old = (await versionsIn(world)).versions.filter(({ key }) => key === "old");
  expect(old.map(({ isDeletion, size }) => [isDeletion, size])).toEqual([
    [true, 1],
    [false, 1],
  ]);
  await sweep();
  expect(await listed()).toEqual(both("c", "tö/ü/b"));
});

test("lists read no parts of objects", async () => {
  const { put, ctx, driver } = await open();
  await put("x");
  const { driver: watched, statements } = noted(driver);
  await listObjects({ ...(await ctx()), driver: watched }, grant, { ...photos, after: "", limit: 10 });
  const asked = statements.map(({ sql }) => sql).filter((sql) => sql.includes("plinth_files_s3_contents"));
  expect(asked.length).toBe(1);
  expect(asked[0]).not.toContain("parts");
});

test("a list whose delimiter is the last character of all ends behind it", async () => {
  const { put, ctx } = await open();
  const last = String.fromCodePoint(0x10ffff);
  for (const path of [`a${last}1`, `a${last}2`, `${last}1`, "b"]) await put("x", { path });
  const query = { ...photos, delimiter: last, after: "", limit: 10 };
  const { objects, prefixes } = await listObjects(await ctx(), grant, query);
  expect([objects.map(({ key }) => key), prefixes]).toEqual([["b"], [`a${last}`, last]]);
  expect(await listObjects(await ctx(), grant, { ...query, after: last })).toMatchObject({ objects: [], prefixes: [] });
});

test("an upload that began before parts had checksums has ended", async () => {
  const { ctx, driver } = await open();
  const at = { bucket: "photos", path: "old" };
  await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ max_bytes: MOST_FILE_BYTES }));
  const uploadId = await beginObjectUpload(await ctx(), grant, {
    ...{ ...at, contentType: undefined, metadata: {}, headers: {}, tags: {}, isChosen: false },
    checksum: DEFAULT_CHECKSUM,
  });
  expect(await readObjectUpload(await ctx(), grant, { ...at, uploadId })).toMatchObject({ checksum: DEFAULT_CHECKSUM });
  const note = JSON.stringify({ "cache-control": "no-store" });
  await driver.run({ sql: "update plinth_files_uploads set note = ?", params: [note] });
  await expect(readObjectUpload(await ctx(), grant, { ...at, uploadId })).rejects.toMatchObject({
    ...{ code: "NOT_FOUND", details: { field: "uploadId" } },
  });
});
