import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registerCases } from "@plinth/conformance";
import { bunSqlite } from "../src/bun.ts";
import { Placement } from "../src/read-placement.ts";
import { type ReadThreadEvents, readPool } from "../src/read-pool.ts";
import { readPoolCases } from "./read-pool-cases.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-readers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

registerCases(test, readPoolCases(folder, bunSqlite));

test("a statement comes to the main thread when it is fast, and leaves it when it is slow", () => {
  const placement = new Placement(false, false);
  const inThread = (ms: number, times: number) => {
    for (let i = 0; i < times; i++) placement.ranInThread(ms);
    return placement.here;
  };
  expect(inThread(0.1, 1)).toBe(false);
  expect(inThread(9, 1)).toBe(false);
  expect(inThread(0.1, 2)).toBe(true);
  placement.ranHere(9);
  placement.ranHere(0.1);
  placement.ranHere(9);
  expect(placement.here).toBe(true);
  placement.ranHere(9);
  expect(placement.here).toBe(false);
  // Twice as often as before.
  expect(inThread(0.1, 3)).toBe(false);
  expect(inThread(0.1, 1)).toBe(true);
  // A slow run among fast ones may be the machine's: it takes back one of them, no more.
  placement.ranHere(30);
  expect(inThread(0.1, 7)).toBe(false);
  expect(inThread(9, 1)).toBe(false);
  expect(inThread(0.1, 2)).toBe(true);
  // After many fast runs on the main thread, few are enough to come back.
  for (let i = 0; i < 256; i++) placement.ranHere(0.1);
  placement.ranHere(30);
  expect(inThread(0.1, 3)).toBe(false);
  expect(inThread(0.1, 1)).toBe(true);
  placement.ranHere(30);
  expect(placement.here).toBe(false);
  expect(inThread(2000, 1)).toBe(false);
  expect(placement.long).toBe(true);
});

/** A pool over threads whose reads end when the test ends them. With `slowStart`, so do their starts. */
function pool(threads: number, timeLimitMs: number, slowStart = false) {
  const running = new Map<string, ReadThreadEvents>();
  const started: string[] = [];
  const threadsStarted: ReadThreadEvents[] = [];
  let closed = 0;
  const reads = readPool({
    threads,
    timeLimitMs,
    start(events) {
      threadsStarted.push(events);
      return {
        read({ sql }) {
          started.push(sql);
          running.set(sql, events);
          if (!slowStart) events.ready();
        },
        close: async () => void closed++,
      };
    },
  });
  const read = (sql: string, caller: string | undefined = sql[0], long = false) => {
    const done = reads.read({ sql, params: [], caller }, long);
    return done.then(
      () => "done",
      (error: { kind: string }) => error.kind,
    );
  };
  const end = (sql: string) => running.get(sql)!.answered({ rows: [], ms: 1 });
  const ready = (sql: string) => running.get(sql)!.ready();
  const die = (sql: string) => running.get(sql)!.died("it exited");
  return { read, end, ready, die, started, threadsStarted, startAhead: reads.startAhead, closed: () => closed };
}

test("threads start one after another", async () => {
  const { read, end, ready, die, started } = pool(3, 60_000, true);
  for (const name of ["a1", "b1", "c1", "d1"]) void read(name);
  expect(started).toEqual(["a1"]);
  ready("a1");
  expect(started).toEqual(["a1", "b1"]);
  // A thread that has started does further reads meanwhile.
  end("a1");
  expect(started).toEqual(["a1", "b1", "c1"]);
  die("b1");
  expect(started).toEqual(["a1", "b1", "c1", "d1"]);
});

test("a thread that starts ahead does the first reads, and others start when they are needed", () => {
  const { read, die, started, threadsStarted, startAhead } = pool(3, 60_000, true);
  startAhead();
  expect(threadsStarted).toHaveLength(1);
  void read("a1");
  void read("b1");
  // The thread that starts does the first of them; the other one waits for the next thread.
  expect(started).toEqual(["a1"]);
  expect(threadsStarted).toHaveLength(1);
  threadsStarted[0]!.ready();
  expect(started).toEqual(["a1", "b1"]);
  expect(threadsStarted).toHaveLength(2);
  threadsStarted[1]!.ready();
  expect(threadsStarted).toHaveLength(2);
  die("a1");
  expect(threadsStarted).toHaveLength(2);
});

test("where all threads run long reads, a caller who has none gets one of its own", async () => {
  const { read, end, started, closed } = pool(2, 60_000);
  for (const name of ["a1", "a2", "a3", "b1", "b2", "c1", "d1"]) void read(name);
  expect(started).toEqual(["a1", "a2"]);
  await Bun.sleep(1100);
  // What runs beside them is not long yet.
  expect(started).toEqual(["a1", "a2", "b1"]);
  end("b1");
  end("b2");
  expect(started).toEqual(["a1", "a2", "b1", "b2", "c1"]);
  await Bun.sleep(1100);
  expect(started.slice(5)).toEqual(["d1"]);
  await Bun.sleep(1100);
  // There are never more than twice as many threads.
  void read("e1");
  expect(started).toHaveLength(6);
  end("d1");
  expect(started.slice(6)).toEqual(["e1"]);
  for (const name of ["c1", "e1"]) end(name);
  expect(closed()).toBe(1);
  end("a1");
  expect(started.slice(7)).toEqual(["a3"]);
});

test("nobody holds more than the threads that were asked for, with those whose reads cannot be interrupted", async () => {
  const { read, end, started } = pool(2, 200);
  const overdue = [read("a1"), read("a2")];
  expect(await Promise.all(overdue)).toEqual(["time_limit", "time_limit"]);
  const third = read("a3");
  expect(started).toEqual(["a1", "a2"]);
  const others = [read("b1"), read("s1", undefined)];
  expect(started.slice(2)).toEqual(["b1", "s1"]);
  for (const name of ["b1", "s1"]) end(name);
  expect(await Promise.all(others)).toEqual(["done", "done"]);
  expect(await third).toBe("timeout");
  end("a1");
  const fourth = read("a4");
  end("a4");
  expect(await fourth).toBe("done");
});

test("of those who wait, the caller with the fewest reads is next", () => {
  const { read, end, started } = pool(3, 60_000);
  for (const name of ["a1", "a2", "b1", "a3", "a4", "b2", "c1"]) void read(name);
  for (const name of ["a1", "b1", "c1"]) end(name);
  expect(started).toEqual(["a1", "a2", "b1", "c1", "b2", "a3"]);
});
