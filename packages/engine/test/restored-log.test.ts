/** A database that was restored into another Postgres server, whose transactions have lower numbers than those in the log. */
import { afterAll, describe, expect, test } from "bun:test";
import type { Change, SqlDriver } from "@plinth/core";
import { trimChanges } from "@plinth/db";
import { consumerLags, createItems, drainChanges, logReader, restartForeignLog, undo } from "../src/index.ts";
import { postgres } from "./databases.ts";
import { openEngine, settled, W } from "./log-world.ts";

const kind = await postgres();
afterAll(() => kind.close());

/** How far the other server was ahead. */
const AHEAD = 1_000_000_000_000n;
const KEEP_NONE = { before: Date.now() + 86_400_000, rows: 0, pass: 1000 };

const numbers = (changes: readonly Change[]) => changes.map(({ after }) => after!.n as number);

async function open() {
  const driver = (await kind.createMigrated())();
  const world = await openEngine(driver);
  await world.define();
  const write = async (n: number) => {
    await world.write(n);
    await settled(driver);
  };
  return { ...world, log: logReader(world.engine, driver), write };
}

/** As if everything that is stored came from a server that is far ahead. */
async function moveAhead(driver: SqlDriver): Promise<void> {
  const statements = [
    `update plinth_changes set xid = xid + ${AHEAD}`,
    `update plinth_changes_trimmed set xid = xid + ${AHEAD} where seq > 0`,
    `update plinth_messages set xid = xid + ${AHEAD}`,
    `update plinth_consumers set place = '1.' || (split_part(place, '.', 2)::bigint + ${AHEAD}) || '.' || split_part(place, '.', 3)`,
  ];
  await driver.batch(statements.map((sql) => ({ sql, params: [] })));
}

const ahead = (position: string): string => {
  const [version, xid, seq] = position.split(".");
  return `${version}.${BigInt(xid!) + AHEAD}.${seq}`;
};

if (kind.missing) test.skip(`a restored log — ${kind.missing}`, () => {});
else
  describe("a log that was restored into another Postgres server", () => {
    test("is read on where all of it had been trimmed", async () => {
      const { driver, log, write } = await open();
      await write(1);
      await trimChanges(driver, KEEP_NONE);
      await moveAhead(driver);
      const old = await log.head(W);
      await restartForeignLog(driver);
      const head = await log.head(W);
      await write(2);
      expect(numbers((await log.read(W, head, { limit: 10 })).changes)).toEqual([2]);
      expect(numbers((await log.read(W, await log.start(), { limit: 10 })).changes)).toEqual([2]);
      await expect(log.read(W, old, { limit: 10 })).rejects.toMatchObject({ code: "GONE" });
      await driver.close?.();
    });

    test("keeps what this server has written, and every reader of the old one reads again", async () => {
      const { driver, engine, ctx, log, write } = await open();
      const seen: number[] = [];
      let gaps = 0;
      const options = { name: "c", workspaceId: W, from: "oldest", onGap: () => void gaps++ } as const;
      const drain = () => drainChanges(engine, driver, options, (changes) => void seen.push(...numbers(changes)));
      await write(1);
      await write(2);
      await drain();
      const [first, last] = [await log.start(), await log.head(W)];
      await moveAhead(driver);
      // Before the first start, as by SQL.
      await createItems(await ctx(), "posts", { n: 3 });
      await restartForeignLog(driver);
      await write(4);
      expect(numbers((await log.read(W, await log.start(), { limit: 10 })).changes)).toEqual([3, 4]);
      for (const position of [first, last, ahead(last)])
        await expect(log.read(W, position, { limit: 10 })).rejects.toMatchObject({ code: "GONE" });
      await drain();
      await write(5);
      await drain();
      expect([seen, gaps]).toEqual([[1, 2, 3, 4, 5], 1]);
      await driver.close?.();
    });

    test("begins anew once", async () => {
      const { driver, log, write } = await open();
      await write(1);
      await moveAhead(driver);
      await Promise.all([1, 2, 3].map(() => restartForeignLog(driver)));
      const start = await log.start();
      await write(2);
      await restartForeignLog(driver);
      expect(await log.start()).toBe(start);
      expect(numbers((await log.read(W, start, { limit: 10 })).changes)).toEqual([2]);
      await driver.close?.();
    });

    test("undoes no part of a request of which the other server wrote a part", async () => {
      const { driver, ctx, write } = await open();
      await write(1);
      await moveAhead(driver);
      await restartForeignLog(driver);
      // By the same request id.
      await write(2);
      await expect(undo(await ctx(), { request_id: "r1" })).rejects.toMatchObject({ code: "GONE" });
      await driver.close?.();
    });

    test("leaves an untouched log as it is", async () => {
      const { driver, engine, log, write } = await open();
      await write(1);
      await drainChanges(engine, driver, { name: "c", workspaceId: W, from: "oldest" }, () => {});
      const before = [await log.start(), await log.head(W), await consumerLags(driver)];
      await restartForeignLog(driver);
      expect([await log.start(), await log.head(W), await consumerLags(driver)]).toEqual(before);
      await driver.close?.();
    });
  });
