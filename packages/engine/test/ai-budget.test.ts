import { expect, test } from "bun:test";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { SqlDriver } from "@plinth/core";
import { migrate } from "@plinth/db";
import { ArrivingLines } from "../src/ai/arriving-lines.ts";
import { reserveTokens, usedTokens } from "../src/ai/budget.ts";
import type { Engine } from "../src/kernel/engine.ts";

const DAY_MS = 86_400_000;

async function open(driver: SqlDriver) {
  await migrate(driver, Date.now);
  let now = 1_000_000;
  const warnings: string[] = [];
  const engine = {
    clock: { now: () => now },
    log: { warn: (message: string) => warnings.push(message) },
  } as unknown as Engine;
  return {
    reserve: (tokens: number, most = 1000) => reserveTokens(engine, driver, "w", { most, tokens }),
    used: async () => (await usedTokens(engine, driver, "w"))?.count ?? 0,
    pass: (ms: number) => (now += ms),
    warnings,
  };
}

test("what a request has not used is given back to its own 24 hours, and to no later ones", async () => {
  const { reserve, used, pass } = await open(bunSqlite({ path: ":memory:" }));
  const first = await reserve(900);
  expect(await reserve(200).catch(({ code }: { code: string }) => code)).toBe("RATE_LIMITED");
  expect(await used()).toBe(900);
  await first.settle(300);
  expect(await used()).toBe(300);
  const late = await reserve(700);
  const long = await reserve(0);
  pass(DAY_MS);
  await late.settle(10);
  await reserve(1000);
  await late.settle(10);
  expect(await used()).toBe(1000);
  await long.settle(5);
  expect(await used()).toBe(1005);
});

test("an answer that was paid for is kept where its tokens cannot be counted", async () => {
  const driver = bunSqlite({ path: ":memory:" });
  const { reserve, warnings } = await open(driver);
  const reserved = await reserve(100);
  driver.run = () => Promise.reject(new Error("away"));
  await reserved.settle(7);
  expect(warnings).toHaveLength(1);
});

test("lines that arrive in pieces: each is whole, and one without an end is refused", () => {
  const lines = new ArrivingLines(10, () => new Error("too long"));
  expect(lines.add("da")).toEqual([]);
  expect(lines.add("ta: 1\r")).toEqual([]);
  expect(lines.add("\n\ndata: 2\nda")).toEqual(["data: 1", "", "data: 2"]);
  expect(lines.add("ta: 3")).toEqual([]);
  expect(lines.end()).toBe("data: 3");
  expect(lines.add("1234567890")).toEqual([]);
  expect(() => lines.add("1")).toThrow("too long");
});
