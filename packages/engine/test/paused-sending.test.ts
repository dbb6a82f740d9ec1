import { expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { Config } from "@plinth/core";
import { FEATURES } from "../src/index.ts";
import { openEngine } from "./log-world.ts";

/** The schedules that a tick runs. */
async function runBy(sending: Config["sending"]): Promise<string[]> {
  const ran: string[] = [];
  const features = FEATURES.map((feature) => ({
    ...feature,
    schedules: (feature.schedules ?? []).map((schedule) => ({
      ...schedule,
      run: async () => {
        ran.push(schedule.name);
        return false;
      },
    })),
  }));
  const { driver, engine } = await openEngine(bunSqlite({ path: ":memory:" }), { config: { sending }, features });
  await engine.scheduler.tick(engine, driver);
  await driver.close?.();
  return ran;
}

test("while sending is paused, nothing that waits is sent, and all other work is done", async () => {
  const [all, paused] = [await runBy("on"), await runBy("paused")];
  const held = all.filter((name) => !paused.includes(name));
  expect(held.toSorted()).toEqual([
    ...["hooks", "job-events", "jobs", "mail", "mail-retention", "schedules", "schedules-cursors"],
    ...["webhooks", "webhooks-retention"],
  ]);
  expect(paused.length).toBeGreaterThan(5);
});
