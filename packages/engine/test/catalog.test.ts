import { expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { SqlDriver, SqlQuery } from "@plinth/core";
import { createCollection } from "../src/index.ts";
import { openEngine, W } from "./log-world.ts";

const collection = (slug: string) => ({
  slug,
  kind: "managed" as const,
  fields: [{ name: "n", type: "integer" as const }],
});

/** The same database for one request; its answers arrive when the test releases them. */
function farAway(driver: SqlDriver): { far: SqlDriver; arrive: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const far: SqlDriver = Object.create(driver, {
    lifetime: { value: "request" },
    run: {
      value: async (query: SqlQuery) => {
        const answer = await driver.run(query);
        await promise;
        return answer;
      },
    },
  });
  return { far, arrive: resolve };
}

async function openWorld() {
  const driver = bunSqlite({ path: ":memory:" });
  const time = { now: 1_000_000 };
  const world = await openEngine(driver, { now: () => time.now });
  await createCollection(await world.ctx(), collection("first"));
  const known = async () => [...(await world.engine.catalogs.get(driver, W)).collections.keys()];
  await known();
  return { ...world, known, later: () => (time.now += 2000) };
}

test("a read that began before a change does not bring back what was before it", async () => {
  const { engine, driver, ctx, known, later } = await openWorld();
  const request = await ctx();
  later();
  const { far, arrive } = farAway(driver);
  const reading = engine.catalogs.get(far, W);
  await createCollection(request, collection("second"));
  arrive();
  await reading;
  expect(await known()).toEqual(["first", "second"]);
});

test("a change made elsewhere that is heard of during a read is looked at again", async () => {
  const { engine, driver, known, later } = await openWorld();
  const { ctx: elsewhere } = await openEngine(driver);
  later();
  const { far, arrive } = farAway(driver);
  const reading = engine.catalogs.get(far, W);
  await createCollection(await elsewhere(), collection("second"));
  engine.catalogs.expire(W);
  arrive();
  await reading;
  expect(await known()).toEqual(["first", "second"]);
});

test("a slow read does not replace what a quicker one brought later", async () => {
  const { engine, driver, known, later } = await openWorld();
  const { ctx: elsewhere } = await openEngine(driver);
  later();
  const { far, arrive } = farAway(driver);
  const slow = engine.catalogs.get(far, W);
  await createCollection(await elsewhere(), collection("second"));
  expect(await known()).toEqual(["first", "second"]);
  arrive();
  await slow;
  expect(await known()).toEqual(["first", "second"]);
});
