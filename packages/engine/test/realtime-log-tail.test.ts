import { afterEach, expect, test } from "bun:test";
import { DEFAULT_WORKSPACE_ID } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { LogTail } from "../src/realtime/log-tail.ts";
import { quiet } from "./log-world.ts";
import { comparePositions, MemoryLog } from "./realtime-support.ts";

let tail: LogTail;
afterEach(() => tail.stop());

/** A tail that has delivered `count` changes, and counters of its comparisons since then. */
async function logWith(count: number) {
  const log = new MemoryLog();
  const counters = { compared: 0 };
  const compare = (a: string, b: string): number => {
    counters.compared++;
    return comparePositions(a, b);
  };
  const wakeups = async (_: string, wake: () => void) => {
    log.wakes.add(wake);
    return () => log.wakes.delete(wake);
  };
  tail = new LogTail(DEFAULT_WORKSPACE_ID, { reader: log, comparePositions: compare, log: quiet, wakeups, pollMs: 20 });
  await tail.start();
  for (let n = 1; n <= count; n++) log.add({ collectionId: "c", item: String(n), before: null, after: { n } });
  await until(() => tail.idle && tail.position === String(count));
  return { log, counters };
}

test("who resumes is found a position in memory without a look at every change", async () => {
  const { log, counters } = await logWith(1500);
  log.reads = 0;
  for (let position = 0; position < 1500; position += 7) {
    counters.compared = 0;
    const { changes, next, more } = await tail.read(String(position));
    expect(counters.compared).toBeLessThan(20);
    expect(changes.map((change) => Number(change.position))).toEqual(
      Array.from({ length: Math.min(500, 1500 - position) }, (_, i) => position + i + 1),
    );
    expect({ next, more }).toEqual({ next: String(Math.min(1500, position + 500)), more: true });
  }
  expect(log.reads).toBe(0);
});

test("before what is in memory, and at its end, the log is asked", async () => {
  const { log } = await logWith(2500);
  log.reads = 0;
  expect((await tail.read("3")).changes[0]!.position).toBe("4");
  expect(await tail.read("2500")).toMatchObject({ changes: [], next: "2500", more: false });
  expect(log.reads).toBe(2);
});

test("who catches up waits for what committed before, and for no read that began before", async () => {
  const { log } = await logWith(1);
  log.wakes.clear();
  log.add({ collectionId: "c", item: "2", before: null, after: { n: 2 } });
  const waited = tail.catchUp();
  log.add({ collectionId: "c", item: "3", before: null, after: { n: 3 } });
  await Promise.all([waited, tail.catchUp()]);
  expect(tail.position).toBe("3");
  tail.stop();
  await tail.catchUp();
});
