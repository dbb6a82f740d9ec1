import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { busSuite } from "@plinth/conformance";
import { bunSqlite, bunSqliteBus } from "../src/bun.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-file-bus-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "test.db");

busSuite({ test, open: () => bunSqliteBus({ path }) });

test("what another process writes wakes every listener", async () => {
  const driver = bunSqlite({ path });
  await driver.run({ sql: "create table counter (n integer)", params: [] });
  await driver.run({ sql: "insert into counter values (0)", params: [] });
  const bus = bunSqliteBus({ path });
  let [a, b] = [0, 0];
  await bus.subscribe("a", () => a++);
  const end = await bus.subscribe("b", () => b++);
  end();
  const writer = Bun.spawn([process.execPath, join(import.meta.dir, "writer.ts"), path, "1"], { stderr: "inherit" });
  expect(await writer.exited).toBe(0);
  await Bun.sleep(50);
  expect(a).toBeGreaterThan(0);
  expect(b).toBe(0);
  const before = a;
  await Bun.sleep(50);
  expect(a).toBe(before);
  await Promise.all([bus.close!(), driver.close!()]);
});
