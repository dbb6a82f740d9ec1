import { expect, test } from "bun:test";
import type { SqlDriver } from "@plinth/core";
import { hibernatingDriver } from "./hibernating-driver.ts";

const QUERY = { sql: "select 1", params: [] };

/** Records what was opened, queried and closed, in order. */
function connections(answer: () => Promise<void> = async () => {}) {
  const log: string[] = [];
  let opened = 0;
  const open = async (): Promise<SqlDriver> => {
    const number = ++opened;
    log.push(`open ${number}`);
    const all = async () => {
      log.push(`ask ${number}`);
      await answer();
      return [];
    };
    const close = async () => {
      log.push(`close ${number}`);
    };
    return { name: "test", dialect: "sqlite", lifetime: "request", all, close } as unknown as SqlDriver;
  };
  return { log, open };
}

test("it closes when it hibernates, and opens anew with the next statement", async () => {
  const { log, open } = connections();
  const driver = await hibernatingDriver(open);
  expect(driver.lifetime).toBe("process");
  await driver.all(QUERY);
  await driver.hibernate();
  driver.work();
  await driver.all(QUERY);
  await driver.all(QUERY);
  expect(log).toEqual(["open 1", "ask 1", "close 1", "open 2", "ask 2", "ask 2"]);
});

test("a statement under way is waited for, and one that comes late leaves nothing open", async () => {
  const answer = Promise.withResolvers<void>();
  const { log, open } = connections(() => answer.promise);
  const driver = await hibernatingDriver(open);
  const early = driver.all(QUERY);
  await driver.hibernate();
  expect(log).not.toContain("close 1");
  answer.resolve();
  await early;
  await driver.all(QUERY);
  expect(log).toEqual(["open 1", "ask 1", "close 1", "open 2", "ask 2", "close 2"]);
});

test("a failed opening is tried again", async () => {
  const { open } = connections();
  let fails = false;
  const driver = await hibernatingDriver(async () => {
    if (fails) throw new Error("down");
    return open();
  });
  await driver.hibernate();
  driver.work();
  fails = true;
  await expect(driver.all(QUERY)).rejects.toThrow("down");
  fails = false;
  expect(await driver.all(QUERY)).toEqual([]);
});
