import { expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import { type FileStore, FileStoreError, type Principal, type SqlDriver, type SqlQuery } from "@plinth/core";
import { listStoredByPath } from "../src/features/files/s3/repository.ts";
import {
  checkStoredFiles,
  createBucket,
  createBucketSchema,
  deleteFile,
  deleteItem,
  openStoredFile,
  putFile,
  undo,
} from "../src/index.ts";
import { bodyOf, filesWorlds, HOUR_MS } from "./files-world.ts";
import { type LogDatabases, onEachDatabase, W } from "./log-world.ts";

await onEachDatabase("kept files", keptFilesSuite);

const MIB = 1024 ** 2;
const NOTHING_SAID = { contentType: undefined, sha256: undefined, metadata: undefined, condition: undefined };

function keptFilesSuite(kind: LogDatabases): void {
  const open = filesWorlds(kind);

  test("bytes of what was replaced or deleted go after a while, and an undo within it brings them back", async () => {
    const { put, read, stored, sweep, after, ctx } = await open();
    const { file } = await put("first");
    await put("second");
    await sweep();
    expect(await stored()).toBe(2);
    after(25 * HOUR_MS);
    await sweep();
    expect(await stored()).toBe(1);
    await deleteItem({ ...(await ctx()), requestId: "r-delete" }, "files", file.id as string);
    await sweep();
    after(2 * HOUR_MS);
    await undo(await ctx(), { request_id: "r-delete" });
    await sweep();
    after(48 * HOUR_MS);
    await sweep();
    expect(await read()).toBe("second");
    await deleteItem({ ...(await ctx()), requestId: "r-delete-2" }, "files", file.id as string);
    await sweep();
    after(25 * HOUR_MS);
    await sweep();
    expect(await stored()).toBe(0);
  });

  test("an upload that ends early is removed", async () => {
    const store: { -readonly [Name in keyof FileStore]: FileStore[Name] } = { ...memoryFileStore() };
    const { put, stored, sweep } = await open({ store });
    await expect(put("x", { sha256: "0".repeat(64) })).rejects.toThrow();
    expect(await stored()).toBe(0);
    const { delete: remove } = store;
    store.delete = async () => {
      throw new FileStoreError("unavailable", "the store is away");
    };
    await expect(put("x", { sha256: "0".repeat(64) })).rejects.toMatchObject({ code: "VALIDATION" });
    store.delete = remove;
    expect(await stored()).toBe(1);
    await sweep();
    expect(await stored()).toBe(0);
  });

  test("a check says that the store is away", async () => {
    const list = async () => {
      throw new FileStoreError("unavailable", "the store is away");
    };
    const { ctx } = await open({ store: { ...memoryFileStore(), list } });
    const asked = await checkStoredFiles(await ctx(), { fix: false, cursor: null }).catch((error: unknown) => error);
    expect(asked).toMatchObject({ code: "UNAVAILABLE" });
  });

  test("an undo gives back the content before, and takes an upload away", async () => {
    const { put, read, ctx } = await open();
    const as = async (requestId: string) => ({ ...(await ctx()), requestId });
    await put("first", {}, await as("r-first"));
    await put("second", {}, await as("r-second"));
    expect(await undo(await ctx(), { request_id: "r-second" })).toMatchObject({ changed: 1, conflicts: [] });
    expect(await read()).toBe("first");
    await expect(undo(await ctx(), { request_id: "r-second" })).resolves.toMatchObject({ changed: 0 });
    await put("other", { path: "o.txt" }, await as("r-other"));
    expect(await undo(await ctx(), { request_id: "r-other" })).toMatchObject({ deleted: 1 });
    await expect(read("o.txt")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("what has lost its bytes is not brought back", async () => {
    const { put, sweep, after, ctx, stored } = await open();
    await put("first");
    await deleteFile({ ...(await ctx()), requestId: "r-delete" }, { bucket: "photos", path: "a/b.txt" }, undefined);
    await sweep();
    after(25 * HOUR_MS);
    await sweep();
    expect(await stored()).toBe(0);
    await expect(undo(await ctx(), { request_id: "r-delete" })).rejects.toMatchObject({
      code: "CONFLICT",
      details: { conflicts: [{ reason: "reference", fields: ["content"] }] },
    });
  });

  test("users undo their own requests as far as the rules let them write files", async () => {
    const { put, read, ctx, rule } = await open();
    const own = { owner_id: "$user.id" };
    const ann: Principal = {
      kind: "user",
      id: crypto.randomUUID(),
      workspaceId: W,
      roles: ["authenticated"],
      bypass: false,
    };
    for (const action of ["create", "read", "update", "delete"]) {
      await rule({ role: "authenticated", collection: "files", action, condition: own });
    }
    const as = async (requestId: string) => ({ ...(await ctx(ann)), requestId });
    await put("first", {}, await as("r-1"));
    await put("second", {}, await as("r-2"));
    await undo(await as("r-3"), { request_id: "r-2" });
    expect(await read("a/b.txt", await ctx(ann))).toBe("first");
  });

  test("of many that send files at once, only as many are stored as the workspace may have", async () => {
    const { put, stored, sweep, after, ctx } = await open({ config: { filesMaxBytes: 50, filesMaxCount: 20 } });
    const sent = await Promise.allSettled(Array.from({ length: 12 }, (_, n) => put("0123456789", { path: `${n}` })));
    expect(sent.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    for (const one of sent) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect(await stored()).toBe(5);
    await expect(put("0123456789", { path: "x", size: 10 })).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    const first = sent.findIndex(({ status }) => status === "fulfilled");
    await deleteFile(await ctx(), { bucket: "photos", path: `${first}` }, undefined);
    await sweep();
    after(25 * HOUR_MS);
    await sweep();
    expect((await put("0123456789", { path: "x" })).created).toBe(true);
  });

  test("uploads of unknown length take their room while they arrive, and give it back", async () => {
    const { ctx, stored, put } = await open({ config: { filesMaxBytes: 20 * MIB } });
    await createBucket(await ctx(), createBucketSchema.parse({ name: "large", max_bytes: 100 * MIB }));
    let sent = 0;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += MIB;
          controller.enqueue(new Uint8Array(MIB));
        },
      });
    const upload = async (n: number, body: ReadableStream<Uint8Array>, size?: number) =>
      putFile(await ctx(), { ...NOTHING_SAID, bucket: "large", path: `${n}`, body, size });
    const all = await Promise.allSettled([0, 1, 2].map((n) => upload(n, endless())));
    for (const one of all) expect(one).toMatchObject({ status: "rejected", reason: { code: "LIMIT_EXCEEDED" } });
    // None is read to the 100 MiB of its bucket; what one gives back, another may take.
    expect(sent).toBeLessThan(3 * 30 * MIB);
    expect(await stored()).toBe(0);
    expect((await upload(5, bodyOf(new Uint8Array(12 * MIB)), 12 * MIB)).created).toBe(true);
    const unread = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(new Error("it was read")) });
    await expect(upload(6, unread, 9 * MIB)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect((await put("small")).created).toBe(true);
  });

  test("what the store has lost, changed or has too much is found, and bytes of nobody are removed", async () => {
    const { put, store, ctx, after, stored } = await open();
    for (const path of ["whole", "lost", "longer", "other"]) await put("x", { path });
    const content = async (path: string) => {
      const { content } = await openStoredFile(await ctx(), { bucket: "photos", path });
      return `${W}/${content}`;
    };
    await store.delete([await content("lost")]);
    await store.put(await content("longer"), new Uint8Array(7));
    await store.put(await content("other"), new Uint8Array(1));
    await store.put(`${W}/01a22988-0000-7000-8000-000000000000`, new Uint8Array(1));
    const check = async (fix: boolean) => checkStoredFiles(await ctx(), { fix });
    const found = {
      checked: 4,
      missing: [{ path: "lost" }],
      wrong_size: [{ path: "longer" }],
      wrong_bytes: [{ path: "other" }],
    };
    expect(await check(true)).toMatchObject({ ...found, next_cursor: null, orphans: 0, removed: 0 });
    after(25 * HOUR_MS);
    expect(await check(false)).toMatchObject({ ...found, next_cursor: null, orphans: 1, removed: 0 });
    expect(await check(true)).toMatchObject({ ...found, next_cursor: null, orphans: 1, removed: 1 });
    expect(await stored()).toBe(3);
  });

  test("stored contents are in the order of their paths' bytes, and those of a prefix are found by the index", async () => {
    const { driver } = await open();
    if (kind.name === "Postgres") {
      const sql = `select table_name, collation_name from information_schema.columns where column_name = 'path'
        and table_name in ('plinth_files_stored', 'plinth_files_uploads') order by table_name`;
      expect(await driver.all({ sql, params: [] })).toEqual(
        ["plinth_files_stored", "plinth_files_uploads"].map((name) => ({ table_name: name, collation_name: "C" })),
      );
      return;
    }
    const queries: SqlQuery[] = [];
    const seen: SqlDriver = {
      ...driver,
      run(query) {
        queries.push(query);
        return driver.run(query);
      },
    };
    const first = { path: "", id: undefined, isIncluded: false };
    expect(await listStoredByPath(seen, { workspaceId: W, name: "photos" }, ["z/"], first, 10)).toEqual([]);
    const { sql, params } = queries[0]!;
    const [step] = await driver.all({ sql: `explain query plan ${sql}`, params });
    expect(step!.detail).toMatch(/plinth_files_stored_path \(workspace_id=\? AND bucket=\? AND path>\? AND path<\?\)/);
  });

  test("the bytes of a workspace go after it", async () => {
    const { put, stored, sweep, driver, store } = await open();
    await put("x");
    await driver.run({
      sql: "insert into plinth_files_owners (workspace) values ('00000000-0000-7000-8000-00000000dead')",
      params: [],
    });
    await store.put("00000000-0000-7000-8000-00000000dead/a", new Uint8Array(1));
    expect(await stored()).toBe(2);
    await sweep();
    expect(await stored()).toBe(1);
  });
}
