import { afterAll, describe, expect, test } from "bun:test";
import type { Config } from "@plinth/core";
import { drainChanges, listChanges, logReader } from "../src/index.ts";
import { type LogDatabases, logDatabases, openEngine, settled, W } from "./log-world.ts";

const HOUR_MS = 3_600_000;

const databases = await logDatabases();
afterAll(async () => {
  for (const { close } of databases) await close();
});

for (const kind of databases) {
  if (kind.missing) test.skip(`everything on ${kind.name} — ${kind.missing}`, () => {});
  else describe(`how much the log keeps on ${kind.name}`, () => retentionSuite(kind));
}

interface Listed {
  data: { after: { n: number } }[];
  next: string;
}

function retentionSuite(kind: LogDatabases): void {
  /** A process whose clock can be set on, so that its log is trimmed when it writes. */
  async function open(config: Partial<Config>) {
    const driver = (await kind.create())();
    let ahead = 0;
    const trimming: Promise<unknown>[] = [];
    const world = await openEngine(driver, {
      config,
      now: () => Date.now() + ahead,
      defer: (work) => void trimming.push(work),
    });
    await world.define();
    const list = async (query: Parameters<typeof listChanges>[1] = {}) =>
      (await listChanges(await world.scope(), query)) as unknown as Listed;
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

  test("so many rows, and a place before them is gone", async () => {
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

  test("so many hours, and a consumer that fell behind is told of the gap", async () => {
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
    // The database's own clock says when a change was made; seen from here all are old by now.
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
}
