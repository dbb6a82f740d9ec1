import { expect, test } from "bun:test";
import { DataError, type SqlRow } from "@plinth/core";
import { largeReads } from "../src/large-reads.ts";

const LARGE: SqlRow[] = [{ body: "x".repeat(2_000_000) }];
const SMALL: SqlRow[] = [{ body: "x" }];

/** Reads that end when they are told to, and which of them have begun. */
function reads(timeLimitMs?: number) {
  const { run } = largeReads(timeLimitMs);
  const names: string[] = [];
  const ends = new Map<string, (rows: SqlRow[] | DataError) => void>();
  return {
    async begun() {
      await Bun.sleep(0);
      return names;
    },
    start(
      name: string,
      caller: string | undefined,
      sql = "select",
      limit: { maxBytes?: number } = { maxBytes: 8_000_000 },
    ) {
      return run({ sql, params: [], caller, ...limit }, () => {
        names.push(name);
        return new Promise((resolve, reject) => {
          ends.set(name, (rows) => (rows instanceof DataError ? reject(rows) : resolve(rows)));
        });
      });
    },
    async end(name: string, rows: SqlRow[] | DataError = LARGE) {
      await Bun.sleep(0);
      ends.get(name)!(rows);
      await Bun.sleep(0);
    },
  };
}

test("of statements that were large, one of each caller is read at a time, and two of all", async () => {
  const { begun, start, end } = reads();
  void start("first", "ann");
  await end("first");
  for (const [name, caller] of [
    ["ann 1", "ann"],
    ["ann 2", "ann"],
    ["ben 1", "ben"],
    ["cleo 1", "cleo"],
  ] as const)
    void start(name, caller);
  expect(await begun()).toEqual(["first", "ann 1", "ben 1"]);
  await end("ben 1");
  expect((await begun()).slice(3)).toEqual(["cleo 1"]);
  await end("ann 1");
  expect((await begun()).slice(4)).toEqual(["ann 2"]);
});

test("others do not wait: other statements, those that became small, and those without a limit in bytes", async () => {
  const { begun, start, end } = reads();
  void start("first", "ann");
  await end("first");
  void start("large", "ann");
  void start("other", "ann", "select 2");
  void start("unlimited", "ann", "select", {});
  expect(await begun()).toEqual(["first", "other", "unlimited", "large"]);
  await end("large", SMALL);
  void start("small 1", "ann");
  void start("small 2", "ann");
  expect((await begun()).slice(4)).toEqual(["small 1", "small 2"]);
});

test("a statement that was refused for its bytes was large, and a failed one lets the next one in", async () => {
  const { begun, start, end } = reads();
  const tooMany = new DataError("too_many_bytes");
  const refused = start("first", "ann").catch((error) => error);
  await end("first", tooMany);
  expect(await refused).toBe(tooMany);
  const lost = new DataError("unavailable");
  const failed = start("second", "ann").catch((error) => error);
  void start("third", "ann");
  expect(await begun()).toEqual(["first", "second"]);
  await end("second", lost);
  expect(await failed).toBe(lost);
  expect(await begun()).toEqual(["first", "second", "third"]);
});

test("a read waits no longer than the time limit, and its turn is not lost to others", async () => {
  const { begun, start, end } = reads(1);
  void start("first", "ann");
  await end("first");
  void start("second", "ann");
  await expect(start("third", "ann")).rejects.toMatchObject({ kind: "timeout" });
  await end("second");
  void start("fourth", "ann");
  expect(await begun()).toEqual(["first", "second", "fourth"]);
});
