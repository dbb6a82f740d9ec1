/** Files that arrive over several requests. */
import { expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import { checkedFileStore, type FileStore, type Principal } from "@plinth/core";
import {
  abortUpload,
  appendToUpload,
  beginUpload,
  completeUpload,
  concatUploads,
  continueUpload,
  findUpload,
  listParts,
  type RequestContext,
  storePart,
  UPLOAD_PIECE,
  updateBucket,
  updateBucketSchema,
} from "../src/index.ts";
import { bodyOf, filesWorlds, HOUR_MS } from "./files-world.ts";
import { type LogDatabases, onEachDatabase, W } from "./log-world.ts";

await onEachDatabase("uploads", uploadsSuite);

const at = { bucket: "photos", path: "a/b.txt" };
const utf8 = new TextEncoder();
const user = (id = crypto.randomUUID()): Principal => ({
  kind: "user",
  id,
  workspaceId: W,
  roles: ["authenticated"],
  bypass: false,
});

/** Parts are to have 4 bytes, and blocks in sequence 8 MiB as everywhere. */
function smallParts(store: FileStore): FileStore {
  const { capabilities } = store;
  const upload = { ...capabilities.upload, minPartBytes: 4 };
  return checkedFileStore({ ...store, capabilities: { ...capabilities, upload } });
}

/** Gives the bytes and then fails, as a body whose connection is cut. */
function cutBody(text: string): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(new Error("cut"));
      sent = true;
      controller.enqueue(utf8.encode(text));
    },
  });
}

function uploadsSuite(kind: LogDatabases): void {
  const worlds = filesWorlds(kind);
  const open = async (given: Parameters<typeof worlds>[0] = {}) => {
    const store = smallParts(given.store ?? memoryFileStore());
    const world = await worlds({ ...given, store });
    const part = (id: string, number: number, text: string, ctx?: RequestContext) =>
      world.ctx().then((own) => storePart(ctx ?? own, id, { number, body: utf8.encode(text), size: text.length }));
    const append = async (id: string, offset: number, body: string | ReadableStream<Uint8Array>, size?: number) => {
      const stream = typeof body === "string" ? bodyOf(body) : body;
      return appendToUpload(await world.ctx(), id, { offset, body: stream, length: undefined, size });
    };
    return { ...world, store, part, append };
  };

  test("parts come in any order, again and at once, and become one file", async () => {
    const { ctx, part, read, sweep, stored } = await open();
    const { id } = await beginUpload(await ctx(), {
      ...at,
      kind: "parts",
      size: 10,
      contentType: "text/plain",
      metadata: { by: "me" },
    });
    await Promise.all([part(id, 3, "89"), part(id, 1, "wrong"), part(id, 2, "4567")]);
    await part(id, 1, "0123");
    expect((await listParts(await ctx(), id)).map(({ number, size }) => [number, size])).toEqual([
      [1, 4],
      [2, 4],
      [3, 2],
    ]);
    const done = await completeUpload(await ctx(), id);
    expect(done).toMatchObject({
      created: true,
      file: { size: 10, content_type: "text/plain", metadata: { by: "me" } },
    });
    expect(await read()).toBe("0123456789");
    expect((await completeUpload(await ctx(), id)).file.id).toBe(done.file.id);
    await expect(part(id, 1, "late")).rejects.toMatchObject({ code: "CONFLICT" });
    await sweep();
    expect(await stored()).toBe(1);
  });

  test("parts that are missing or too small leave it open; a wrong whole ends it", async () => {
    const { ctx, part, stored, sweep } = await open();
    const begin = async (size?: number, sha256?: string) =>
      (await beginUpload(await ctx(), { ...at, kind: "parts", size, sha256 })).id;
    const complete = async (id: string, numbers?: number[]) =>
      completeUpload(await ctx(), id, { parts: numbers?.map((number) => ({ number })) });
    const small = await begin();
    await expect(complete(small)).rejects.toMatchObject({ code: "CONFLICT" });
    await part(small, 1, "ab");
    await part(small, 2, "cd");
    await expect(complete(small)).rejects.toMatchObject({ code: "VALIDATION", details: { field: "parts" } });
    await expect(complete(small, [1, 3])).rejects.toMatchObject({ code: "VALIDATION", details: { field: "parts" } });
    expect((await complete(small, [1])).file.size).toBe(2);
    for (const [wrong, field] of [
      [await begin(3), "size"],
      [await begin(undefined, "0".repeat(64)), "sha256"],
    ] as const) {
      await part(wrong, 1, "ab");
      await expect(complete(wrong)).rejects.toMatchObject({ code: "VALIDATION", details: { field } });
      await expect(findUpload(await ctx(), wrong)).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    await sweep();
    expect(await stored()).toBe(1);
  });

  test("only its owner and administrators continue it, under the rules of its beginning and its end", async () => {
    const { ctx, part, rule, read } = await open();
    const ann = user();
    const begin = (who: Principal) => ctx(who).then((own) => beginUpload(own, { ...at, kind: "parts" }));
    await expect(begin(ann)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await rule({ role: "authenticated", collection: "files", action: "create", check: { size: { _lt: 5 } } });
    const { id } = await begin(ann);
    for (const other of [user(), { ...ann, kind: "anonymous" } as Principal]) {
      await expect(findUpload(await ctx(other), id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    await part(id, 1, "012345", await ctx(ann));
    await expect(completeUpload(await ctx(ann), id)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(findUpload(await ctx(), id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const second = await begin(ann);
    await part(second.id, 1, "0123", await ctx(ann));
    await completeUpload(await ctx(ann), second.id);
    expect(await read()).toBe("0123");
  });

  test("what is aborted or not continued leaves nothing", async () => {
    const { ctx, part, append, store, sweep, after, stored, driver } = await open();
    const first = await beginUpload(await ctx(), { ...at, kind: "parts" });
    await part(first.id, 1, "0123");
    await abortUpload(await ctx(), first.id);
    await expect(part(first.id, 2, "4567")).rejects.toMatchObject({ code: "NOT_FOUND" });
    const second = await beginUpload(await ctx(), { ...at, kind: "parts" });
    const third = await beginUpload(await ctx(), { ...at, kind: "tus", inSequence: true });
    await part(second.id, 1, "0123");
    await append(third.id, 0, "abc");
    expect((await store.list()).files).toHaveLength(1);
    after(25 * HOUR_MS);
    await expect(append(third.id, 3, "def")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await sweep();
    expect(await stored()).toBe(0);
    const { rows } = await driver.run({ sql: "select count(*) as n from plinth_files_upload_parts", params: [] });
    expect(Number(rows[0]!.n)).toBe(0);
  });

  test("bytes in sequence go on where they were cut, and the last one makes the file", async () => {
    const { ctx, append, read, sweep, stored } = await open();
    const { id } = await beginUpload(await ctx(), { ...at, kind: "tus", inSequence: true });
    await expect(append(id, 0, cutBody("0123"))).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect((await continueUpload(await ctx(), id)).upload.received).toBe(4);
    await expect(append(id, 0, "0123")).rejects.toMatchObject({ code: "CONFLICT", details: { offset: 4 } });
    expect((await append(id, 4, "56")).stored).toBeUndefined();
    await expect(append(id, 6, "789", 8)).rejects.toMatchObject({ code: "BODY_TOO_LARGE" });
    const { upload, stored: file } = await append(id, 6, "78", 8);
    expect([upload.received, file?.file.size]).toEqual([8, 8]);
    expect((await continueUpload(await ctx(), id)).upload).toMatchObject({ received: 8, file: file!.file.id });
    expect(await read()).toBe("01235678");
    await sweep();
    expect(await stored()).toBe(1);
  });

  test("one whose last answer never came becomes a file when it is continued", async () => {
    const failing = { now: false };
    const inner = memoryFileStore();
    const get: FileStore["get"] = (key, options) => {
      if (failing.now) throw new Error("killed");
      return inner.get(key, options);
    };
    const { ctx, append, read } = await open({ store: { ...inner, get } });
    const { id } = await beginUpload(await ctx(), { ...at, kind: "tus", inSequence: true });
    await append(id, 0, "0123");
    failing.now = true;
    await expect(append(id, 4, "", 4)).rejects.toThrow("killed");
    failing.now = false;
    expect((await continueUpload(await ctx(), id)).stored?.file.size).toBe(4);
    expect(await read()).toBe("0123");
  });

  test("a request that waits for the upload ends the one before, whose bytes stay", async () => {
    const { ctx, append } = await open();
    const { id } = await beginUpload(await ctx(), { ...at, kind: "tus", inSequence: true, size: 8 });
    let chunk: ((text: string) => void) | undefined;
    const endless = new ReadableStream<Uint8Array>({
      start(controller) {
        chunk = (text) => controller.enqueue(utf8.encode(text));
      },
    });
    const first = append(id, 0, endless).catch((error: unknown) => error);
    chunk!("0123");
    expect((await continueUpload(await ctx(), id)).upload.received).toBe(4);
    expect(await first).toMatchObject({ code: "UPLOAD_LOCKED" });
  });

  test("bytes with a wrong checksum are not kept", async () => {
    const { ctx } = await open();
    const { id } = await beginUpload(await ctx(), { ...at, kind: "tus", inSequence: true, size: 4 });
    const send = async (isRight: boolean) => {
      const digest = { update: () => {}, matches: async () => isRight };
      return appendToUpload(await ctx(), id, { offset: 0, body: bodyOf("0123"), length: 4, digest });
    };
    await expect(send(false)).rejects.toMatchObject({ code: "CHECKSUM_MISMATCH" });
    expect((await findUpload(await ctx(), id)).received).toBe(0);
    expect((await send(true)).stored?.file.size).toBe(4);
  });

  test("pieces become one file", async () => {
    const { ctx, append, read, sweep, stored } = await open();
    const begin = async (size: number) =>
      (await beginUpload(await ctx(), { ...at, kind: UPLOAD_PIECE, inSequence: true, size })).id;
    const [first, second] = [await begin(3), await begin(2)];
    await append(second, 0, "de");
    const join = async () => concatUploads(await ctx(), { ...at, kind: "tus", inSequence: true }, [first, second]);
    await expect(join()).rejects.toMatchObject({ code: "VALIDATION", details: { field: "upload-concat" } });
    await append(first, 0, "abc");
    const { upload, stored: file } = await join();
    expect(file?.file.size).toBe(5);
    expect(await read()).toBe("abcde");
    await sweep();
    expect(await stored()).toBe(1);
    // As by a client that did not get the answer.
    const again = await join();
    expect([again.upload.id, again.stored?.content]).toEqual([upload.id, upload.content]);
    expect(await continueUpload(await ctx(), first)).toMatchObject({ upload: { received: 3 } });
    const third = await begin(1);
    await append(third, 0, "f");
    const other = concatUploads(await ctx(), { ...at, kind: "tus", inSequence: true }, [third, second]);
    await expect(other).rejects.toMatchObject({ code: "VALIDATION", details: { field: "upload-concat" } });
  });

  test("pieces that are joined twice at once become one file", async () => {
    const { ctx, append, read, stored, sweep } = await open();
    const begin = async (size: number) =>
      (await beginUpload(await ctx(), { ...at, kind: UPLOAD_PIECE, inSequence: true, size })).id;
    const ids = [await begin(3), await begin(2)];
    await append(ids[0]!, 0, "abc");
    await append(ids[1]!, 0, "de");
    const join = async () => concatUploads(await ctx(), { ...at, kind: "tus", inSequence: true }, ids);
    const [one, other] = await Promise.all([join(), join()]);
    expect(one.upload.id).toBe(other.upload.id);
    expect(await read()).toBe("abcde");
    await sweep();
    expect(await stored()).toBe(1);
  });

  test("of fifty that begin at once, as many as fit into a bucket", async () => {
    const { ctx, put, append } = await open();
    await updateBucket(await ctx(), "photos", updateBucketSchema.parse({ max_total_bytes: 100, max_files: 8 }));
    const one = await ctx();
    const begin = (n: number, size = 10) =>
      beginUpload(one, { bucket: "photos", path: `${n}.txt`, kind: "tus", inSequence: true, size });
    const all = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => begin(n)));
    const begun = all.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const refused = all.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
    expect([begun.length, new Set(refused)]).toEqual([8, new Set(["LIMIT_EXCEEDED"])]);
    // What is reserved is nobody else's, and what becomes a file counts once.
    await expect(put("x", { path: "other" })).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect((await append(begun[0]!.id, 0, "0123456789")).stored?.file.size).toBe(10);
    await expect(begin(50)).rejects.toMatchObject({ details: { limit: "max_files" } });
    await abortUpload(await ctx(), begun[1]!.id);
    await expect(begin(50, 31)).rejects.toMatchObject({ details: { limit: "max_total_bytes" } });
    await begin(50, 30);
  });

  test("a workspace reserves what uploads have announced, and what has arrived of others", async () => {
    const { ctx, put } = await open({ config: { filesMaxBytes: 100 } });
    const one = await ctx();
    const begin = (n: number) =>
      beginUpload(one, { bucket: "photos", path: `${n}`, kind: "tus", inSequence: true, size: 30 });
    const all = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => begin(n)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    await expect(put("x".repeat(11))).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    await put("x".repeat(10));
  });

  test("what is announced counts with what is stored", async () => {
    const { ctx, put } = await open({ config: { filesMaxBytes: 100 } });
    await put("x".repeat(50));
    const begin = async (size?: number) => beginUpload(await ctx(), { ...at, kind: "tus", inSequence: true, size });
    await begin(30);
    await expect(begin(30)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    const { id } = await begin();
    const more = { offset: 0, body: bodyOf("x".repeat(30)), length: undefined };
    await expect(appendToUpload(await ctx(), id, more)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    await expect(begin(1001)).rejects.toMatchObject({ code: "BODY_TOO_LARGE" });
  });
}
