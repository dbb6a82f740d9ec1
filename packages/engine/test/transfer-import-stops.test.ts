import { describe, expect, test } from "bun:test";
import { DataError, PlinthError, type SqlDriver, type SqlQuery } from "@plinth/core";
import { EVERYTHING, openWorld, things } from "./transfer-support.ts";

describe("files and databases that break off", () => {
  const many = (n: number) => Array.from({ length: n }, (_, i) => `{"title":"t${i}"}`).join(",");

  test("before anything was written, the whole request is refused", async () => {
    const world = await things();
    await expect(world.importText("things", `[${many(400)},`, { format: "json" })).rejects.toMatchObject({
      code: "MALFORMED_JSON",
      details: { row: 401 },
    });
    expect(await world.list("things")).toEqual([]);
  });

  test("later, the whole rows stay and the report says where it stopped", async () => {
    const world = await things();
    const result = await world.importText("things", `[${many(700)}`, { format: "json" });
    expect(result).toMatchObject({
      total: 700,
      inserted: 700,
      failed: 0,
      stopped: { row: 701, error: { code: "MALFORMED_JSON" } },
    });
  });

  test.each(["unknown", "outcome_unknown", "unavailable"] as const)(
    "a chunk that may be in is not sent again: %s",
    async (kind) => {
      let sent = 0;
      const lost = (driver: SqlDriver): SqlDriver => {
        const answerless = async <T>(queries: readonly SqlQuery[], work: () => Promise<T>): Promise<T> => {
          const result = await work();
          if (!queries.some(({ sql }) => sql.startsWith('insert into "c_'))) return result;
          sent++;
          throw new DataError(kind);
        };
        return {
          ...driver,
          run: (query) => answerless([query], () => driver.run(query)),
          batch: (queries) => answerless(queries, () => driver.batch(queries)),
        };
      };
      const world = await openWorld(lost);
      await world.create(EVERYTHING as never);
      await expect(world.importText("things", `[${many(10)}]`, { format: "json" })).rejects.toThrow();
      expect([sent, await world.list("things")]).toEqual([1, expect.objectContaining({ length: 10 })]);
    },
  );

  test("a database that goes away stops the import at the first row that is not in", async () => {
    let batches = 0;
    const failing = (driver: SqlDriver): SqlDriver => {
      const isInsert = ({ sql }: SqlQuery): boolean => sql.startsWith('insert into "c_');
      const guard = <T>(queries: readonly SqlQuery[], work: () => Promise<T>): Promise<T> =>
        queries.some(isInsert) && ++batches > 2 ? Promise.reject(new DataError("unavailable")) : work();
      return {
        ...driver,
        run: (query) => guard([query], () => driver.run(query)),
        batch: (queries) => guard(queries, () => driver.batch(queries)),
      };
    };
    const world = await openWorld(failing);
    await world.create(EVERYTHING as never);
    const result = await world.importText("things", `[${many(1800)}]`, { format: "json" });
    expect(result).toMatchObject({
      total: 1000,
      inserted: 1000,
      stopped: { row: 1001, error: { code: "UNAVAILABLE" } },
    });
    await expect(world.importText("things", '[{"title":"x"}]', { format: "json" })).rejects.toBeInstanceOf(PlinthError);
  });

  test("chunks respect what the database takes at once", async () => {
    const sizes: number[] = [];
    const small = (driver: SqlDriver): SqlDriver => ({
      ...driver,
      capabilities: { ...driver.capabilities, maxParameters: 100, maxBatch: 100 },
      batch: (queries) => {
        sizes.push(queries.length);
        if (queries.length > 100 || queries.some((query) => query.params.length > 100)) throw new Error("too much");
        return driver.batch(queries);
      },
    });
    const world = await openWorld(small);
    await world.create(EVERYTHING as never);
    expect(await world.importText("things", `[${many(1000)}]`, { format: "json" })).toMatchObject({ inserted: 1000 });
    expect(Math.max(...sizes)).toBeGreaterThan(10);
  });
});
