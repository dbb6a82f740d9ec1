import { expect, test } from "bun:test";
import { deleteFile, logReader, undo } from "../src/index.ts";
import { HOUR_MS, noted, sqliteFiles } from "./files-world.ts";

const open = sqliteFiles();

test("a sweep reads no file that has not changed", async () => {
  const world = await open();
  for (let n = 0; n < 5; n++) await world.put(`${n}`, { path: `${n}` });
  await deleteFile(await world.ctx(), { bucket: "photos", path: "0" }, undefined);
  await world.sweep();
  world.after(25 * HOUR_MS);
  const { driver, statements } = noted(world.driver);
  await world.sweep(driver);
  expect(await world.stored()).toBe(4);
  const reads = statements.filter(({ sql }) => /^(?:select|with)/i.test(sql) && sql.includes("_file_contents"));
  expect(reads.length).toBeGreaterThan(0);
  for (const { sql, params } of reads) {
    const plan = await world.driver.all({ sql: `explain query plan ${sql}`, params });
    const scans = plan
      .map(({ detail }) => String(detail))
      .filter((detail) => /^SCAN (?!plinth_|json_each|CONSTANT ROW|c$)/.test(detail));
    expect({ sql, scans }).toEqual({ sql, scans: [] });
  }
});

test("what was deleted while the log was not read is found, and what an undo brought back stays", async () => {
  const world = await open();
  const { put, ctx, sweep, after, read, stored, engine, driver } = world;
  for (const path of ["kept", "deleted", "undone"]) await put(path, { path });
  await sweep();
  const remove = async (path: string, requestId: string) =>
    deleteFile({ ...(await ctx()), requestId }, { bucket: "photos", path }, undefined);
  await remove("undone", "r-undone");
  await sweep();
  await remove("deleted", "r-deleted");
  await undo(await ctx(), { request_id: "r-undone" });
  await logReader(engine, driver).trim({ before: Date.now() + HOUR_MS, rows: 0, pass: 1000 });
  await sweep();
  after(25 * HOUR_MS);
  await sweep();
  expect(await stored()).toBe(2);
  expect([await read("kept"), await read("undone")]).toEqual(["kept", "undone"]);
});
