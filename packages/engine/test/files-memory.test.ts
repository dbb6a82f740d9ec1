/** What uploads have in memory is counted as it arrives, and the slow ones can be ended. */
import { expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import type { FileStore } from "@plinth/core";
import { appendToUpload, beginUpload, findUpload, putFile, type RequestContext, storePart } from "../src/index.ts";
import { sqliteFiles } from "./files-world.ts";

const open = sqliteFiles();
const at = { bucket: "photos", path: "a/b.txt" };
const MIB = 1024 ** 2;
const UNKNOWN = {
  size: undefined,
  contentType: undefined,
  sha256: undefined,
  metadata: undefined,
  condition: undefined,
};

/** It has blocks of streams, and whole parts, in memory. */
function inBlocks(store: FileStore): FileStore {
  const { capabilities } = store;
  const upload = { ...capabilities.upload, wholePartBytes: 16 * MIB };
  return { ...store, capabilities: { ...capabilities, blockBytes: 8 * MIB, upload } };
}

/** A body that never ends by itself. */
function trickle(bytes: number): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) return new Promise(() => {});
      sent = true;
      controller.enqueue(new Uint8Array(bytes));
    },
  });
}

async function world() {
  const { ctx, store } = await open({ store: inBlocks(memoryFileStore()) });
  const counted = { bytes: 0, released: false };
  const grown = Promise.withResolvers<() => void>();
  const caller = async (): Promise<RequestContext> => ({
    ...(await ctx()),
    client: {
      clientAddress: undefined,
      sessionToken: undefined,
      holdUpload: (end) => ({
        grow(bytes) {
          counted.bytes += bytes;
          grown.resolve(end);
        },
        renew() {},
        release() {
          counted.released = true;
        },
      }),
    },
  });
  return { caller, counted, store, end: async () => (await grown.promise)() };
}

test("a file of which 40 bytes have come", async () => {
  const { caller, counted, store, end } = await world();
  const sent = putFile(await caller(), { ...at, body: trickle(40), ...UNKNOWN });
  await Promise.all([end(), expect(sent).rejects.toMatchObject({ code: "OVERLOADED" })]);
  expect(counted).toEqual({ bytes: 80, released: true });
  expect((await store.list()).files).toEqual([]);
});

test("a part of which 40 bytes have come", async () => {
  const { caller, counted, end } = await world();
  const { id } = await beginUpload(await caller(), { ...at, kind: "parts" });
  const sent = storePart(await caller(), id, { number: 1, body: trickle(40), size: 1000 });
  await Promise.all([end(), expect(sent).rejects.toMatchObject({ code: "OVERLOADED" })]);
  expect(counted).toEqual({ bytes: 80, released: true });
});

test("a request of an upload of which 40 bytes have come, which are kept", async () => {
  const { caller, counted, end } = await world();
  const { id } = await beginUpload(await caller(), { ...at, kind: "tus", inSequence: true });
  const sent = appendToUpload(await caller(), id, { offset: 0, body: trickle(40), length: undefined });
  await Promise.all([end(), expect(sent).rejects.toMatchObject({ code: "OVERLOADED" })]);
  expect(counted).toEqual({ bytes: 64 * 1024, released: true });
  expect((await findUpload(await caller(), id)).received).toBe(40);
});
