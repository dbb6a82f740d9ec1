/** Functions that start themselves: how many jobs they store, and how long a chain of them becomes. */
import { afterAll, expect, test } from "bun:test";
import type { SqlDriver, SqlQuery } from "@plinth/core";
import { enqueueJob, enqueueSchema, runBatch } from "../src/index.ts";
import { sqlite } from "./databases.ts";
import { openEngine } from "./log-world.ts";

const databases = sqlite();
afterAll(() => databases.close());

const withCount = (driver: SqlDriver, waiting: () => number): SqlDriver =>
  new Proxy(driver, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) =>
        key === "all" && (args[0] as SqlQuery).sql.includes("as waiting")
          ? Promise.resolve([{ waiting: waiting() }])
          : value.apply(target, args);
    },
  });

test("a function whose jobs store each other ends after 100, and stores none while 100,000 wait", async () => {
  let waiting = 0;
  let passed = 0;
  const inner = (await databases.createMigrated())();
  const world = await openEngine(
    withCount(inner, () => waiting),
    { now: () => Date.now() + passed },
  );
  const ctx = await world.ctx();
  const principal = { ...ctx.principal, functionName: "f", enqueues: ["default"] };
  const input = enqueueSchema.parse({ name: "next" });
  let requestId = "a";
  const next = async () => {
    const { id } = (await enqueueJob({ ...ctx, principal, requestId }, input)) as { id: string };
    requestId = `job:${id}`;
  };
  for (let jobs = 0; jobs < 100; jobs++) await next();
  const refusal = { code: "LIMIT_EXCEEDED" };
  await expect(next()).rejects.toMatchObject(refusal);
  const batch = [{ op: "enqueue", name: "next" }] as never;
  await expect(runBatch({ ...ctx, principal, requestId }, batch)).rejects.toMatchObject(refusal);
  requestId = "b";
  await next();
  [waiting, passed] = [99_999, 60_000];
  await next();
  await expect(next()).rejects.toMatchObject(refusal);
  // Callers from outside are counted by nobody.
  await enqueueJob(ctx, input);
  await inner.close?.();
});
