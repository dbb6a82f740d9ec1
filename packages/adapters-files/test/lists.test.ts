import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskFileStore } from "../src/disk-file-store.ts";
import { walk } from "../src/disk-list.ts";
import { filePath } from "../src/disk-paths.ts";

const root = mkdtempSync(join(tmpdir(), "plinth-disk-lists-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const bytes = new TextEncoder().encode("bytes");

test("a large folder is read in pieces, from any place and with any prefix", async () => {
  const folder = join(root, "pieces");
  const keys = Array.from({ length: 60 }, (_, n) => (n % 6 === 0 ? `w/${n}a/${n}` : `w/${n}a`)).toSorted();
  const store = diskFileStore({ folder });
  for (const key of keys) await store.put(key, bytes);
  const listed = async (prefix: string, after: string) => {
    const found: string[] = [];
    const options = { prefix, after, folders: false, atOnce: 4 };
    for await (const { name } of walk(join(folder, "files"), options)) found.push(name);
    return found;
  };
  for (const prefix of ["", "w/", "w/3", "w/30a/"])
    for (const after of ["", "w/18a", "w/18a/18", "w/3", "w/59a"])
      expect([prefix, after, await listed(prefix, after)]).toEqual([
        prefix,
        after,
        keys.filter((key) => key.startsWith(prefix) && key > after),
      ]);
});

test("the next page goes on with the names of the page before, and the same page again reads them anew", async () => {
  const store = diskFileStore({ folder: join(root, "pages") });
  for (const key of ["a", "c", "d"]) await store.put(key, bytes);
  const keysFrom = async (cursor: string | undefined) =>
    (await store.list({ limit: 1, cursor })).files.map(({ key }) => key);
  const first = await store.list({ limit: 1 });
  await store.put("b", bytes);
  expect(await keysFrom(first.cursor)).toEqual(["c"]);
  expect(await keysFrom(first.cursor)).toEqual(["b"]);
});

test("a damaged file is listed with another length and hides no other, nor does what no store has written", async () => {
  const folder = join(root, "damaged");
  const store = diskFileStore({ folder });
  for (const key of ["w/a", "w/b", "w/c"]) await store.put(key, bytes);
  const files = join(folder, "files");
  truncateSync(filePath(files, "w/b"), readFileSync(filePath(files, "w/b")).byteLength - 3);
  mkdirSync(join(files, "w", "folder@"));
  writeFileSync(join(files, "w", "file"), "");
  const { files: listed } = await store.list({ prefix: "w/" });
  expect(listed.map(({ key, size }) => [key, size === bytes.byteLength])).toEqual([
    ["w/a", true],
    ["w/b", false],
    ["w/c", true],
  ]);
});
