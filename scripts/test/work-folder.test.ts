import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeWorkFolder } from "./work-folder.ts";

const parent = mkdtempSync(path.join(tmpdir(), "plinth-memory-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const GB = 2 ** 30;
const TMPFS = 0x01021994;
const ENDED = Bun.spawnSync(["true"]).pid;

const root = process.platform === "linux" && process.getuid?.() === 0;

test.skipIf(!root)("a run's folder is in memory where there is room — only root may mount it", () => {
  const { path: folder, env, remove } = makeWorkFolder(parent, 16 * GB);
  expect(path.dirname(folder)).toBe(parent);
  expect(env).toEqual({ TMPDIR: folder, PLINTH_TEST_KEPT: parent });
  expect(statSync(folder).mode & 0o777).toBe(0o711);
  const { type, blocks, bsize } = statfsSync(folder);
  expect([type, blocks * bsize]).toEqual([TMPFS, 8 * GB]);
  mkdirSync(path.join(folder, "a"));
  remove();
  expect(existsSync(folder)).toBe(false);
});

test("without room it is like any other", () => {
  const { path: folder, env, remove } = makeWorkFolder(parent, 15 * GB);
  expect([path.dirname(folder), env]).toEqual([parent, {}]);
  remove();
  expect(existsSync(folder)).toBe(false);
});

test("what a killed run has left is removed, and what another one is using is not", () => {
  const left = path.join(parent, `plinth-test-${ENDED}-x`);
  const others = ["plinth-test-other", `plinth-test-${process.ppid}-x`].map((name) => path.join(parent, name));
  for (const folder of [left, ...others]) mkdirSync(folder);
  makeWorkFolder(parent, 0).remove();
  expect([left, ...others].map((one) => existsSync(one))).toEqual([false, true, true]);
});
