/** Where images are kept, and what becomes of those that are not. */
import { expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import { pngOf } from "@plinth/conformance";
import { type FileStore, FileStoreError, type Images } from "@plinth/core";
import { checkStoredFiles, deleteFile, openImage } from "../src/index.ts";
import { HOUR_MS, sqliteFiles } from "./files-world.ts";
import { W } from "./log-world.ts";

const png = await pngOf(2, 1, () => [255, 0, 0, 255]);
const at = { bucket: "photos", path: "a.png" };
const open = sqliteFiles();

/** As a disk keeps objects: a key can be no folder of another one. */
function folderStore() {
  const memory = memoryFileStore();
  const store: { -readonly [Name in keyof FileStore]: FileStore[Name] } = { ...memory };
  const keys = async () => (await memory.list()).files.map(({ key }) => key);
  const isBelow = (key: string, other: string) => key.startsWith(`${other}/`);
  store.put = async (key, ...given) => {
    for (const other of await keys())
      if (isBelow(key, other) || isBelow(other, key)) throw new FileStoreError("unknown", "not a directory");
    return memory.put(key, ...given);
  };
  return { store, memory, keys };
}

async function world() {
  let made = 0;
  const images: Images = {
    name: "counted",
    capabilities: { reads: ["image/png"], writes: ["png"], keepsMetadata: false },
    async render(bytes) {
      made++;
      return bytes;
    },
  };
  const kept = folderStore();
  const opened = await open({ store: kept.store, images });
  const { file } = await opened.put(png, { path: at.path, type: "image/png" });
  const image = async () => openImage(await opened.ctx(), at, { edit: { width: 2 }, accept: undefined });
  return { ...opened, ...kept, image, content: file.content as string, made: () => made };
}

test("an image is kept where objects are files of a disk, and known by the check", async () => {
  const { image, made, keys, ctx, memory, content, after } = await world();
  await image();
  await image();
  expect([made(), (await keys()).length]).toEqual([1, 2]);
  const lost = content.replace(/^.{8}/, "00000000");
  for (const object of [`images/${lost}/a`, `${lost}/a`]) await memory.put(`${W}/${object}`, png);
  after(25 * HOUR_MS);
  const found = { checked: 1, missing: [], wrong_size: [], orphans: 2, next_cursor: null };
  expect(await checkStoredFiles(await ctx(), { fix: true })).toMatchObject({ ...found, removed: 2 });
  expect((await keys()).map((key) => key.includes(content))).toEqual([true, true]);
});

test("with a content go its images, those of older versions too", async () => {
  const { image, memory, content, keys, ctx, sweep, after } = await world();
  await image();
  await memory.put(`${W}/${content}/0123`, png);
  expect(await keys()).toHaveLength(3);
  await deleteFile(await ctx(), at, undefined);
  await sweep();
  after(25 * HOUR_MS);
  await sweep();
  expect(await keys()).toEqual([]);
});

test("an image that the store does not keep is sent all the same", async () => {
  const { image, store, made, keys } = await world();
  const { put } = store;
  store.put = async () => {
    throw new FileStoreError("full", "no room");
  };
  const sent = await image();
  const read = async (stream: Promise<ReadableStream<Uint8Array>>) =>
    new Uint8Array(await new Response(await stream).arrayBuffer());
  expect([await read(sent.bytes()), sent.size]).toEqual([png, png.byteLength]);
  expect(await read(sent.bytes({ offset: 3, length: 5 }))).toEqual(png.slice(3, 8));
  expect((await sent.open()).bytes).toEqual(png);
  expect(await keys()).toHaveLength(1);
  store.put = put;
  await image();
  expect([made(), (await keys()).length]).toEqual([2, 2]);
});
