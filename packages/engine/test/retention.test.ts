import { expect, test } from "bun:test";
import type { Config, SqlDriver } from "@plinth/core";
import { drainChanges, FEATURES, listChanges, logReader } from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine, settled, W } from "./log-world.ts";

const HOUR_MS = 3_600_000;

await onEachDatabase("how much the log keeps", retentionSuite);

interface Listed {
  data: { after: { n: number } }[];
  next: string;
}

function retentionSuite(kind: LogDatabases): void {
  /** A process whose clock can be advanced, so that a write trims its log. */
  async function open(config: Partial<Config>) {
    const driver = (await kind.create())();
    let ahead = 0;
    const trimming: Promise<unknown>[] = [];
    const world = await openEngine(driver, {
      config,
      now: () => Date.now() + ahead,
      features: FEATURES.filter(({ name }) => name === "log-retention"),
      defer: (work) => void trimming.push(work),
    });
    await world.define();
    const list = async (query: Parameters<typeof listChanges>[1] = {}) =>
      (await listChanges(await world.ctx(), query)) as unknown as Listed;
    const kept = async () => {
      await settled(driver);
      return (await list()).data.map(({ after }) => after.n);
    };
    const write = async (from: number, to: number) => {
      for (let n = from; n <= to; n++) await world.write(n);
      await settled(driver);
    };
    return {
      ...world,
      list,
      kept,
      write,
      after(ms: number) {
        ahead += ms;
      },
      trimmed: () => Promise.all(trimming),
    };
  }

  test("so many rows, and a position before them is gone", async () => {
    const { driver, engine, write, after, trimmed, kept, list } = await open({ changesKeepRows: 5 });
    await write(1, 3);
    const { next } = await list({ limit: 1 });
    await write(4, 19);
    after(2 * 60_000);
    await write(20, 20);
    await trimmed();
    expect(await kept()).toEqual([16, 17, 18, 19, 20]);
    const head = await logReader(engine, driver).head(W);
    await expect(list({ after: next })).rejects.toMatchObject({
      code: "GONE",
      status: 410,
      details: { field: "after", next: head },
    });
    expect(await list({ after: head })).toMatchObject({ data: [], next: head });
    await driver.close?.();
  });

  test("so many hours, and a consumer that fell behind learns of the gap", async () => {
    const { driver, engine, write, after, trimmed, kept } = await open({ changesKeepHours: 2 });
    const options = { name: "c", workspaceId: W, from: "oldest" } as const;
    const seen: number[] = [];
    const drain = (onGap: () => void = () => {}) =>
      drainChanges(engine, driver, { ...options, onGap }, (changes) => {
        for (const change of changes) seen.push(change.after!.n as number);
      });
    await write(1, 2);
    await drain();
    await write(3, 4);
    after(HOUR_MS);
    await write(5, 5);
    await trimmed();
    expect(await kept()).toEqual([1, 2, 3, 4, 5]);
    // The database's clock dates the changes; by the advanced clock all of them are old.
    after(HOUR_MS + 60_001);
    await write(6, 6);
    await trimmed();
    expect(await kept()).toEqual([]);
    let gaps = 0;
    await drain(() => gaps++);
    await write(7, 7);
    await drain();
    expect([seen, gaps]).toEqual([[1, 2, 7], 1]);
    await driver.close?.();
  });

  /** All at once, as an import would: more changes than one slice, or one request, deletes. */
  async function fill(driver: SqlDriver, rows: number): Promise<void> {
    const own = "workspace_id, collection_id, version, item, op, before, after, actor, request_id, at";
    const [columns, values] =
      driver.dialect === "postgres" ? [`xid, ${own}`, `pg_current_xact_id()::text::bigint, ${own}`] : [own, own];
    const copy = `insert into plinth_changes (${columns}) select ${values} from plinth_changes`;
    let there = await rowsOf(driver);
    while (there < rows) {
      await driver.run({ sql: `${copy} order by seq limit ${Math.min(there, rows - there)}`, params: [] });
      there = await rowsOf(driver);
    }
    await settled(driver);
  }

  async function rowsOf(driver: SqlDriver): Promise<number> {
    const [row] = await driver.all({ sql: "select count(*) as n from plinth_changes", params: [] });
    return Number(row!.n);
  }

  test("a request takes away what it may, and the next ones the rest", async () => {
    const { driver, write, after, trimmed } = await open({ changesKeepRows: 5 });
    await write(1, 10);
    await fill(driver, 12_000);
    after(2 * 60_000);
    await write(11, 11);
    await trimmed();
    // A request works for a second, which is longer on a fast machine.
    let left = await rowsOf(driver);
    expect(left).toBeLessThan(12_000);
    for (let n = 12; left > 5 && n < 30; n++) {
      after(1000);
      await write(n, n);
      await trimmed();
      const rest = await rowsOf(driver);
      expect(rest).toBeLessThan(left);
      left = rest;
    }
    expect(left).toBe(5);
    await driver.close?.();
  });

  test("a process that lasts keeps it without a write, and several do so at once", async () => {
    const { driver, engine, write, kept } = await open({ changesKeepRows: 5 });
    await write(1, 10);
    await fill(driver, 12_000);
    await write(11, 16);
    const idle = [0, 1].map(() => Promise.withResolvers<void>());
    const keepers = idle.map(({ resolve }) =>
      engine.scheduler.start(engine, driver, (ms, signal) => {
        // The pauses before the first slice and between the slices of a pass are shorter.
        if (ms < 10_000) return new Promise((next) => setTimeout(next, 0));
        resolve();
        return new Promise((next) => signal.addEventListener("abort", () => next()));
      }),
    );
    await Promise.all(idle.map(({ promise }) => promise));
    await Promise.all(keepers.map((keeper) => keeper.stop()));
    expect(await kept()).toEqual([12, 13, 14, 15, 16]);
    await driver.close?.();
  });
}
