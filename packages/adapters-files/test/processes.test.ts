import { afterAll, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { until } from "@plinth/core/testing";
import { diskFileStore } from "../src/disk-file-store.ts";
import { diskLayout } from "../src/disk-layout.ts";
import { filePath } from "../src/disk-paths.ts";
import { linkDraft } from "../src/disk-publish.ts";
import { sweep } from "../src/disk-sweep.ts";
import { requireWhole } from "./whole.ts";

const root = mkdtempSync(join(tmpdir(), "plinth-disk-processes-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const program = (name: string, ...args: string[]) =>
  Bun.spawn([process.execPath, join(import.meta.dir, name), ...args], { stderr: "inherit" });
const KILLS = 12;
const LARGE = 256 * 1024 * 1024;
/** Whatever the size of the file. */
const MOST_GROWTH = 100 * 1024 * 1024;

test("a process that is killed at any moment leaves only whole files, and a store that works", async () => {
  const folder = join(root, "killed");
  const store = diskFileStore({ folder });
  for (let kill = 0; kill < KILLS; kill++) {
    const writer = program("killed-writer.ts", folder);
    await writer.stdout.getReader().read();
    // It writes some hundred times in a second: each kill comes at another step.
    await Bun.sleep(20 + Math.random() * 150);
    writer.kill("SIGKILL");
    await writer.exited;
    expect(await requireWhole(store)).toBeGreaterThan(0);
  }
  await store.put("replaced/a", new TextEncoder().encode("after"));
  expect((await store.head("replaced/a")).size).toBe(5);
});

test("what killed processes have left is removed when it is old", async () => {
  const folder = join(root, "swept");
  await diskFileStore({ folder }).put("kept", new TextEncoder().encode("kept"));
  const { id } = await diskFileStore({ folder }).upload("begun");
  const [drafts, uploads] = [join(folder, "drafts"), join(folder, "uploads")];
  writeFileSync(join(drafts, "old"), "half");
  writeFileSync(join(drafts, "new"), "half");
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
  utimesSync(join(drafts, "old"), daysAgo(2), daysAgo(2));
  utimesSync(join(uploads, id), daysAgo(6), daysAgo(6));
  // Each store sweeps with its first write.
  await diskFileStore({ folder, keepUploadsDays: 7 }).put("a", new TextEncoder().encode("a"));
  await until(() => !readdirSync(drafts).includes("old"));
  expect([readdirSync(drafts), readdirSync(uploads)]).toEqual([["new"], [id]]);
  await diskFileStore({ folder, keepUploadsDays: 5 }).put("a", new TextEncoder().encode("a"));
  await until(() => readdirSync(uploads).length === 0);
  expect((await diskFileStore({ folder }).list()).files.map(({ key }) => key)).toEqual(["a", "kept"]);
});

test("a copy of an old file that is just being made is not taken for one that was left", async () => {
  const folder = join(root, "copied");
  const store = diskFileStore({ folder });
  await store.put("old", new TextEncoder().encode("old"));
  const layout = diskLayout(folder);
  const before = new Date(Date.now() - 30 * 86_400_000);
  utimesSync(layout.fileOf("old"), before, before);
  const draft = layout.newDraft();
  expect(await linkDraft(layout.fileOf("old"), draft)).toBe(true);
  await sweep(layout, 86_400_000);
  expect(readdirSync(layout.drafts)).toEqual([basename(draft)]);
});

test("several processes that replace one file by its etag lose no write", async () => {
  const folder = join(root, "counter");
  const store = diskFileStore({ folder });
  await store.put("counter", new TextEncoder().encode("0"));
  const [programs, times] = [3, 30];
  const running = Array.from({ length: programs }, () => program("counter.ts", folder, String(times)));
  expect(await Promise.all(running.map((one) => one.exited))).toEqual(running.map(() => 0));
  expect(await new Response((await store.get("counter")).stream).text()).toBe(String(programs * times));
});

test("a file that something else has changed is reported, and its bytes are not served", async () => {
  const folder = join(root, "damaged");
  const store = diskFileStore({ folder });
  await store.put("A/cut", new TextEncoder().encode("hello"));
  const path = filePath(join(folder, "files"), "A/cut");
  const whole = readFileSync(path);
  for (const wrong of [
    whole.subarray(1),
    whole.subarray(0, -1),
    whole.subarray(-11),
    Buffer.from("x"),
    Buffer.alloc(0),
  ]) {
    truncateSync(path);
    writeFileSync(path, wrong);
    await expect(store.get("A/cut")).rejects.toMatchObject({ kind: "damaged" });
    await expect(store.head("A/cut")).rejects.toMatchObject({ kind: "damaged" });
  }
  await store.put("A/cut", new TextEncoder().encode("again"));
  expect((await store.head("A/cut")).size).toBe(5);
});

test("a large file passes through little memory", async () => {
  const large = program("large-file.ts", join(root, "large"), String(LARGE));
  expect(Number(await new Response(large.stdout).text())).toBeLessThan(MOST_GROWTH);
  expect(await large.exited).toBe(0);
});

test("a store whose folder is gone is unavailable, and does not say that its files are not there", async () => {
  const folder = join(root, "gone");
  const store = diskFileStore({ folder });
  expect(await store.list()).toEqual({ files: [], folders: [], cursor: undefined });
  await store.put("a", new TextEncoder().encode("a"));
  await expect(store.head("b")).rejects.toMatchObject({ kind: "not_found" });
  rmSync(folder, { recursive: true });
  const calls = await Promise.allSettled([
    store.head("a"),
    store.get("a"),
    store.list(),
    store.copy("a", "b"),
    store.delete(["a"]),
    store.put("a", new TextEncoder().encode("a")),
    store.upload("a"),
  ]);
  expect(calls.map((call) => call.status === "rejected" && call.reason.kind)).toEqual(calls.map(() => "unavailable"));
  expect(existsSync(folder)).toBe(false);
});

test("a store that has files makes no folder in place of one that is not there when it is opened", async () => {
  const folder = join(root, "unmounted");
  const store = diskFileStore({ folder, hasFiles: async () => true });
  const calls = await Promise.allSettled([
    store.head("a"),
    store.list(),
    store.delete(["a"]),
    store.put("a", new TextEncoder().encode("a")),
    store.upload("a"),
  ]);
  expect(calls.map((call) => call.status === "rejected" && call.reason.kind)).toEqual(calls.map(() => "unavailable"));
  expect(existsSync(folder)).toBe(false);
  mkdirSync(join(folder, "files"), { recursive: true });
  await store.put("a", new TextEncoder().encode("a"));
  expect((await store.head("a")).size).toBe(1);
});
