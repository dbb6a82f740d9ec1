/** Bytes of uploads that are not done: none is stored beyond a limit, where nothing would count it. */
import { expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import type { FileStore } from "@plinth/core";
import {
  appendToUpload,
  beginUpload,
  concatUploads,
  findUpload,
  storePart,
  UPLOAD_PIECE,
  updateBucket,
  updateBucketSchema,
} from "../src/index.ts";
import { bodyOf, sqliteFiles } from "./files-world.ts";

const open = sqliteFiles();
const at = { bucket: "photos", path: "a/b.txt" };
const MIB = 1024 ** 2;

/** A store that notes what it takes of parts. */
function noting(store: FileStore): { readonly store: FileStore; readonly parts: number[] } {
  const parts: number[] = [];
  const upload: FileStore["upload"] = async (key, options) => {
    const begun = await store.upload(key, options);
    return {
      ...begun,
      async part(number, body, size) {
        const part = await begun.part(number, body, size);
        parts.push(part.size);
        return part;
      },
    };
  };
  return { store: { ...store, upload }, parts };
}

const world = async (config = {}) => {
  const { store, parts } = noting(memoryFileStore());
  const opened = await open({ store, config });
  const part = async (id: string, number: number, size: number) =>
    storePart(await opened.ctx(), id, { number, body: new Uint8Array(size), size });
  return { ...opened, parts, part };
};

test("a part that does not fit into the workspace or the bucket is not stored", async () => {
  for (const isBucket of [false, true]) {
    const { ctx, part, parts } = await world(isBucket ? {} : { filesMaxBytes: 100, filesMaxCount: 1 });
    const most = { max_total_bytes: 100, max_files: 1 };
    if (isBucket) await updateBucket(await ctx(), "photos", updateBucketSchema.parse(most));
    const { id } = await beginUpload(await ctx(), { ...at, kind: "parts" });
    await part(id, 1, 60);
    await expect(part(id, 2, 60)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    await part(id, 2, 40);
    // It takes the place of one that counts.
    await part(id, 1, 60);
    expect(parts).toEqual([60, 40, 60]);
  }
});

test("more than was announced counts as well", async () => {
  const { ctx, part, parts } = await world({ filesMaxBytes: 100 });
  const { id } = await beginUpload(await ctx(), { ...at, kind: "parts", size: 60 });
  await part(id, 1, 60);
  await part(id, 2, 40);
  await expect(part(id, 3, 1)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  expect(parts).toEqual([60, 40]);
});

test("a body of unknown length with a checksum takes no more than there is room for", async () => {
  const { ctx, parts, store } = await world({ filesMaxBytes: 20 * MIB });
  await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ max_bytes: 100 * MIB }));
  const { id } = await beginUpload(await ctx(), { ...at, kind: "tus", inSequence: true });
  const send = async (bytes: number, digest?: { update(): void; matches(): Promise<boolean> }) => {
    const body = bodyOf(new Uint8Array(bytes));
    return appendToUpload(await ctx(), id, { offset: 0, body, length: undefined, digest });
  };
  const wrong = { update: () => {}, matches: async () => false };
  await expect(send(40 * MIB, wrong)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  expect(parts).toHaveLength(2);
  // Neither does what is left behind the last whole block.
  await expect(send(21 * MIB)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  expect((await findUpload(await ctx(), id)).received).toBe(16 * MIB);
  expect((await store.list()).files).toHaveLength(0);
});

test("of two files that are made of the same pieces at once, one is left, with its bytes", async () => {
  const store = memoryFileStore();
  let waiting = 0;
  const both = Promise.withResolvers<void>();
  // Each has written its bytes before one of them is a file.
  const put: FileStore["put"] = async (key, body, options) => {
    const written = await store.put(key, body, options);
    if (options?.size !== 5) return written;
    if (++waiting === 2) both.resolve();
    await both.promise;
    return written;
  };
  const { ctx, driver } = await open({ store: { ...store, put } });
  const piece = async (text: string) => {
    const given = { ...at, kind: UPLOAD_PIECE, inSequence: true, size: text.length };
    const { id } = await beginUpload(await ctx(), given);
    await appendToUpload(await ctx(), id, { offset: 0, body: bodyOf(text), length: undefined });
    return id;
  };
  const ids = [await piece("abc"), await piece("de")];
  const join = async (pieces: string[], path: string) =>
    concatUploads(await ctx(), { ...at, path, kind: "tus", inSequence: true }, pieces);
  const ended = await Promise.allSettled([join(ids, "one.txt"), join(ids.toReversed(), "other.txt")]);
  expect(ended.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await store.list()).files).toHaveLength(1);
  const sql = "select id from plinth_files_uploads where state <> 'done'";
  expect(await driver.all({ sql, params: [] })).toEqual([]);
});
