import { afterAll, describe, expect, test } from "bun:test";
import { pglite } from "@plinth/adapters-postgres/pglite";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { SqlDriver } from "@plinth/core";
import { bearer, refusalIn, testApp } from "../testing/app.ts";

const FIELDS = [
  { name: "title", type: "text" },
  { name: "extra", type: "text" },
  { name: "n", type: "integer" },
];
const HERE = "/api/items/notes";

suite("SQLite", bunSqlite({ path: ":memory:" }));
suite("Postgres", pglite({ memory: true }));

function suite(name: string, driver: SqlDriver): void {
  describe(`a schema that another server has just changed, on ${name}`, () => {
    afterAll(() => driver.close?.());
    const one = testApp({}, { driver });
    const other = testApp({}, { driver });
    let operator: Record<string, string>;

    /** The other server has read the catalog, and then this one drops a field. */
    const dropField = async (): Promise<void> => {
      operator ??= bearer(await one.signUp("operator@example.com"));
      await one.send("/api/collections/notes?confirm=notes", undefined, operator, "DELETE");
      expect((await one.send("/api/collections", { slug: "notes", fields: FIELDS }, operator)).status).toBe(201);
      expect((await one.send(HERE, { title: "a", extra: "x", n: 1 }, operator)).status).toBe(201);
      // Longer than a catalog is trusted.
      await Bun.sleep(1100);
      expect((await other.call(HERE, { headers: operator })).status).toBe(200);
      const path = "/api/collections/notes/fields/extra?confirm=extra";
      expect((await one.send(path, undefined, operator, "DELETE")).status).toBe(200);
    };

    test("is read at once, without the field", async () => {
      await dropField();
      const answer = await other.call(HERE, { headers: operator });
      const { data } = (await answer.json()) as { data: object[] };
      expect([answer.status, data[0]]).toEqual([200, expect.objectContaining({ title: "a", n: 1 })]);
      expect(data[0]).not.toHaveProperty("extra");
    }, 120_000);

    test("refuses a filter and a write that name the field, and takes one that does not", async () => {
      await dropField();
      const read = await other.call(`${HERE}?filter={"extra":"x"}`, { headers: operator });
      expect(await refusalIn(read)).toEqual([422, "UNKNOWN_FIELD", "filter.extra"]);
      await dropField();
      const write = await other.send(HERE, { title: "b", extra: "y" }, operator);
      expect(await refusalIn(write)).toEqual([422, "UNKNOWN_FIELD", "extra"]);
      await dropField();
      expect((await other.send(HERE, { title: "b" }, operator)).status).toBe(201);
    }, 120_000);
  });
}
