import { expect, test } from "bun:test";
import type { Change } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { createWorkspace, type Feature, startFeatures, tickFeatures } from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine, settled, W } from "./log-world.ts";

const CURSORS = "select workspace_id from plinth_consumers";
const SETTINGS = { appUrl: "http://localhost", authRateLimit: 0 };

await onEachDatabase("what features do by themselves", suite);

function suite(kind: LogDatabases): void {
  /** A process with a feature that records what it receives. */
  async function open() {
    const seen: { workspaceId: string; n: unknown }[] = [];
    const runs = { slices: 0, failing: false };
    const feature: Feature = {
      name: "notes",
      consumers: [
        {
          name: "notes",
          from: "oldest",
          handle(changes: readonly Change[], { workspaceId }) {
            for (const change of changes) seen.push({ workspaceId, n: change.after!.n });
          },
        },
      ],
      schedules: [
        {
          name: "notes",
          // So long that it is never due during the test.
          everyMs: 86_400_000,
          async run() {
            if (runs.failing) throw new Error("not now");
            return ++runs.slices % 3 !== 0;
          },
        },
      ],
    };
    const world = await openEngine((await kind.create())(), { features: [feature], config: SETTINGS });
    await world.define();
    return { ...world, seen, runs };
  }

  test("a tick gives consumers what there is and runs what is scheduled, until all is done", async () => {
    const { engine, driver, write, seen, runs } = await open();
    await write(1);
    await write(2);
    await settled(driver);
    await tickFeatures(engine, driver);
    expect(seen.map(({ n }) => n)).toEqual([1, 2]);
    expect(runs.slices).toBe(3);
    await tickFeatures(engine, driver);
    expect(seen).toHaveLength(2);
    await driver.close?.();
  });

  test("a process that lasts reads on, also the log of a workspace that comes later, until it is stopped", async () => {
    const { engine, driver, write, seen, ctx, runs } = await open();
    const running = startFeatures(engine, driver);
    await write(1);
    await until(() => seen.length === 1);
    await until(() => runs.slices === 3);
    const { id } = (await createWorkspace(await ctx(), { slug: "later", name: "Later" })) as { id: string };
    await until(async () => (await driver.all({ sql: CURSORS, params: [] })).some((row) => row.workspace_id === id));
    await running.stop();
    await write(2);
    await settled(driver);
    await Bun.sleep(50);
    expect(seen).toHaveLength(1);
    const again = startFeatures(engine, driver);
    await until(() => seen.length === 2);
    await again.stop();
    expect(seen.map(({ workspaceId }) => workspaceId)).toEqual([W, W]);
    await driver.close?.();
  });

  test("a schedule that fails is tried again, and keeps nothing else from running", async () => {
    const { engine, driver, write, seen, runs } = await open();
    runs.failing = true;
    await write(1);
    await settled(driver);
    await tickFeatures(engine, driver);
    expect(seen).toHaveLength(1);
    runs.failing = false;
    await tickFeatures(engine, driver);
    expect(runs.slices).toBe(3);
    await driver.close?.();
  });
}
