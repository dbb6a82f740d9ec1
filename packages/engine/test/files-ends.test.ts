/** Ends that must not be the end of something else: of uploads that have become files, of bytes that stay, of pieces that fail. */
import { expect, jest, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import { anonymous, type FileStore, FileStoreError, PlinthError } from "@plinth/core";
import { newRenderQueue } from "../src/features/files/images/render-queue.ts";
import {
  abortUpload,
  appendToUpload,
  beginUpload,
  completeUpload,
  concatUploads,
  getItem,
  openStoredFile,
  patchItem,
  removeBucket,
  storePart,
  UPLOAD_PIECE,
  undo,
  updateBucket,
  updateBucketSchema,
} from "../src/index.ts";
import { bodyOf, HOUR_MS, sqliteFiles } from "./files-world.ts";
import { W } from "./log-world.ts";

const open = sqliteFiles();
type World = Awaited<ReturnType<typeof open>>;

const at = { bucket: "photos", path: "a/b.txt" };
const utf8 = new TextEncoder();
const mutable = (store: FileStore): { -readonly [Name in keyof FileStore]: FileStore[Name] } => ({ ...store });

/** An upload of one part that is there. */
async function sentUpload({ ctx }: World, path = at.path) {
  const { id } = await beginUpload(await ctx(), { ...at, path, kind: "parts" });
  await storePart(await ctx(), id, { number: 1, body: utf8.encode("bytes"), size: 5 });
  return id;
}

test("an upload whose file cannot be shown in the answer is a file all the same, and nobody ends it", async () => {
  const world = await open();
  const { ctx, driver, put, read, sweep, after } = world;
  // Of a new file it is known without reading what the caller sees.
  await put("before");
  const id = await sentUpload(world);
  const own = await ctx();
  const tooMany = async () => {
    throw new PlinthError("LIMIT_EXCEEDED", "too many values");
  };
  // The rules of the caller are more than a statement takes, which shows when the stored item is read.
  const source: typeof own.source = (collection) => {
    const found = own.source(collection);
    const { store } = found;
    const find: typeof store.find = async (...args) => {
      const sql = "select count(*) as n from plinth_files_uploads where state = 'done'";
      const [{ n } = { n: 0 }] = await driver.all({ sql, params: [] });
      return n === 0 ? store.find(...args) : tooMany();
    };
    return { ...found, store: { ...store, find } };
  };
  await expect(completeUpload({ ...own, source }, id)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  expect(await read()).toBe("bytes");
  await expect(abortUpload(await ctx(), id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  after(10 * 24 * HOUR_MS);
  await sweep();
  expect(await read()).toBe("bytes");
});

test("an upload that cannot be removed keeps no other from being removed, and counts nowhere", async () => {
  const store = mutable(memoryFileStore());
  const world = await open({ store, config: { filesMaxBytes: 100 } });
  const { ctx, sweep, after, driver } = world;
  for (let n = 0; n < 3; n++) await sentUpload(world, `${n}`);
  const { upload } = store;
  let refused: string | undefined;
  store.upload = async (key, options) => {
    const found = await upload(key, options);
    const abort = async () => {
      refused ??= key;
      if (key === refused) throw new FileStoreError("forbidden", "no right to end uploads");
      return found.abort();
    };
    return { ...found, abort };
  };
  after(10 * 24 * HOUR_MS);
  await sweep();
  const left = async () => (await driver.all({ sql: "select state from plinth_files_uploads", params: [] })).length;
  expect([refused !== undefined, await left()]).toEqual([true, 1]);
  await beginUpload(await ctx(), { ...at, kind: "parts", size: 100 });
  store.upload = upload;
  await sweep();
  expect(await left()).toBe(1);
});

test("pieces whose joining fails count no second time, and are there for another try", async () => {
  const store = mutable(memoryFileStore());
  const { ctx, read, driver } = await open({ store });
  const { id } = await beginUpload(await ctx(), { ...at, kind: UPLOAD_PIECE, inSequence: true, size: 3 });
  await appendToUpload(await ctx(), id, { offset: 0, body: bodyOf("abc"), length: undefined });
  const join = async (...ids: string[]) => concatUploads(await ctx(), { ...at, kind: "tus", inSequence: true }, ids);
  await expect(join(id, id)).rejects.toMatchObject({ code: "VALIDATION", details: { field: "upload-concat" } });
  const { put } = store;
  store.put = async () => {
    throw new FileStoreError("unavailable", "the store is away");
  };
  await expect(join(id)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  store.put = put;
  const sql = "select kind from plinth_files_uploads where state in ('open', 'completing')";
  expect(await driver.all({ sql, params: [] })).toEqual([{ kind: UPLOAD_PIECE }]);
  await join(id);
  expect(await read()).toBe("abc");
});

test("what an administrator reads of a file in quarantine is in no shared cache", async () => {
  const { ctx, put } = await open();
  await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ public: true, cache_seconds: 60 }));
  const { file } = await put("virus");
  const publicFor = async () => (await openStoredFile(await ctx(), at)).publicFor;
  expect(await publicFor()).toBe(60);
  await patchItem(await ctx(), "files", file.id as string, { state: "quarantined" });
  expect(await publicFor()).toBeUndefined();
});

test("a store that is full or takes no writes is away for a while, and what it has is read", async () => {
  const store = mutable(memoryFileStore());
  const { put, read } = await open({ store });
  await put("kept");
  for (const [kind, details] of [
    ["full", { reason: "disk_full" }],
    ["forbidden", undefined],
  ] as const) {
    store.put = async () => {
      throw new FileStoreError(kind, "no");
    };
    await expect(put("new")).rejects.toMatchObject({ code: "UNAVAILABLE", status: 503, ...(details && { details }) });
    expect(await read()).toBe("kept");
  }
});

test("a bucket with files is not deleted, and keeps its versions", async () => {
  const { ctx, put, sweep, after, stored } = await open();
  await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ versions: true }));
  await put("first");
  await put("second");
  await expect(removeBucket(await ctx(), "photos")).rejects.toMatchObject({ code: "CONFLICT" });
  await sweep();
  after(100 * HOUR_MS);
  await sweep();
  expect(await stored()).toBe(2);
});

test("a picture that cannot be made is not tried again for a minute; what failed for another reason is", async () => {
  jest.useFakeTimers();
  try {
    const queue = newRenderQueue(2);
    let tries = 0;
    const make = (key: string, error: Error) =>
      queue
        .shared(key, async () => {
          tries++;
          throw error;
        })
        .catch((failed: unknown) => failed);
    const damaged = new PlinthError("VALIDATION", "damaged");
    expect([await make("a", damaged), await make("a", new Error("another"))]).toEqual([damaged, damaged]);
    expect(tries).toBe(1);
    jest.advanceTimersByTime(61_000);
    await make("a", damaged);
    expect(tries).toBe(2);
    await make("b", new Error("the store is away"));
    await make("b", new Error("the store is away"));
    expect(tries).toBe(4);
  } finally {
    jest.useRealTimers();
  }
});

test("nobody but an administrator takes a file out of quarantine, by an undo neither", async () => {
  const { put, ctx, rule } = await open();
  const all = { role: "authenticated", collection: "files" };
  for (const action of ["read", "create", "update"]) await rule({ ...all, action });
  const user = await ctx({ ...anonymous(W), kind: "user", id: "u1", roles: ["authenticated"] });
  const { file } = await put("bytes", {}, user);
  const id = file.id as string;
  await patchItem({ ...(await ctx()), requestId: "quarantine" }, "files", id, { state: "quarantined" });
  const stateOf = async () => (await getItem(await ctx(), "files", id)).row.state;
  const undone = await undo(user, { request_id: "quarantine" }).catch((error: PlinthError) => error.code);
  expect([undone, await stateOf()]).toEqual([expect.anything(), "quarantined"]);
  await undo(await ctx(), { request_id: "quarantine" });
  expect(await stateOf()).toBe("ready");
});
