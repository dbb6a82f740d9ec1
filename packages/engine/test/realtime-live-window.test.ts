import { expect, test } from "bun:test";
import {
  type Change,
  DEFAULT_WORKSPACE_ID,
  type FindResult,
  type JsonObject,
  parseSortText,
  type Row,
} from "@plinth/core";
import { liveQuery } from "../src/realtime/live/index.ts";
import { Window } from "../src/realtime/live/window.ts";
import { ADMIN, openWorld } from "./transfer-support.ts";

/**
 * A window receives the log late and in parts, while its reads are always current. When idle it must show what a read
 * shows, whatever was written between its first read and a later one.
 */

const LIMIT = 6;
const SPARE = 2;

/** Rows and their log, in memory. */
function database(random: (n: number) => number) {
  const rows = new Map<string, Row>();
  const log: Change[] = [];
  const order = (a: Row, b: Row): number =>
    ((a.rank ?? -1) as number) - ((b.rank ?? -1) as number) || ((a.id as string) < (b.id as string) ? -1 : 1);
  return {
    log,
    write(): void {
      const id = `00000000-0000-4000-8000-0000000000${10 + random(24)}`;
      const before = rows.get(id) ?? null;
      const values = { rank: random(5) === 0 ? null : random(9), done: random(4) === 0 };
      const after: Row | null =
        before && random(3) === 0 ? null : { id, ...values, version: ((before?.version as number) ?? 0) + 1 };
      if (after) rows.set(id, after);
      else rows.delete(id);
      const operation = before ? (after ? "update" : "delete") : "insert";
      const of = { workspaceId: DEFAULT_WORKSPACE_ID, collectionId: "", actor: null, requestId: null, at: "" };
      log.push({ ...of, operation, item: id, before, after, position: String(log.length + 1) });
    },
    read(count: number, after?: readonly unknown[]): FindResult {
      const from = { rank: after?.[0], id: after?.[1] } as Row;
      const seen = [...rows.values()].filter((row) => !row.done && (!after || order(row, from) > 0));
      const found = seen.sort(order).slice(0, count);
      return { rows: found, sortValues: found.map(({ rank, id }) => [rank as number | null, id as string]) };
    },
  };
}

test("rows that are read on from a window's end fit what it holds, whatever has changed in between", async () => {
  const world = await openWorld();
  await world.create({
    slug: "tasks",
    fields: [
      { name: "rank", type: "integer" },
      { name: "done", type: "boolean" },
    ],
  });
  const ctx = await world.ctx(ADMIN);
  const query = liveQuery(
    ctx,
    { collection: "tasks", filter: { done: false }, sort: parseSortText("rank"), limit: LIMIT },
    SPARE,
  );
  const size = LIMIT + SPARE;
  expect(query.window!.size).toBe(size);
  let refills = 0;

  const run = (seed: number): void => {
    let state = seed;
    const random = (n: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % n;
    };
    const { log, write, read } = database(random);
    const some = (): void => {
      for (let n = random(6); n > 0; n--) write();
    };
    for (let n = 0; n < 40; n++) write();
    let position = log.length - random(10);
    let window = new Window(query, read(size + 1));
    const give = (count: number): void => {
      for (const change of log.slice(position, position + count)) window.apply(change, ctx.variables);
      position = Math.min(log.length, position + count);
    };
    const refill = (): void => {
      const gap = window.gap;
      // Before and after the read, and not delivered yet.
      some();
      const found = read(gap?.count ?? size + 1, gap?.after);
      some();
      if (gap) {
        refills++;
        window.fill(gap, found);
      } else window = new Window(query, found);
    };
    const shown = (): JsonObject[] => window.shown.map(({ data }) => data);
    for (let step = 0; step < 60; step++) {
      some();
      give(random(8));
      if (window.short) refill();
      if (step % 10 < 9) continue;
      while (position < log.length || window.short) {
        give(log.length);
        if (window.short) refill();
      }
      const fresh = read(LIMIT).rows.map(({ id, rank, done, version }) => ({ id, rank, done, version }));
      expect(shown().map(({ id, rank, done, version }) => ({ id, rank, done, version }))).toEqual(fresh);
    }
  };
  for (let seed = 1; seed <= 200; seed++) run(seed);
  expect(refills).toBeGreaterThan(200);
});
