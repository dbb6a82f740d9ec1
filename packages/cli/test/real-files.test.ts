import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startServer, type TestServer } from "./server.ts";

// Files as people have them: codes instead of ids, NA, foreign dates, more columns than fields.

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
}, 30_000);
afterAll(() => server?.stop());

const write = (name: string, text: string | Uint8Array) => writeFile(join(server.folder, name), text);
const items = async (slug: string, search = "") =>
  ((await (await server.api(`/api/items/${slug}?${search}`)).json()) as { data: Record<string, unknown>[] }).data;

describe("import", () => {
  test("relates rows by a unique field, with --create and without", async () => {
    await write("lands.json", '[{"cca2":"AD","name":{"common":"Andorra"}},{"cca2":"BR","name":{"common":"Brazil"}}]');
    await write("towns.csv", "town,country\nEncamp,AD\nNatal,BR\nNowhere,\n");
    const lands = ["import", "lands.json", "--collection", "lands", "--create", "--unique", "cca2"];
    expect((await server.plinth(...lands)).code).toBe(0);
    const map = ["--map", "country=country.cca2"];
    const made = await server.plinth(
      ...["import", "towns.csv", "--collection", "towns", "--create", ...map, "--types", "country=relation:lands"],
    );
    expect([made.code, made.err]).toEqual([0, expect.stringContaining("relation to lands")]);
    await write("more.csv", "town,country\nRecife,BR\nAtlantis,XX\nLemuria,XX\n");
    const more = await server.plinth("import", "more.csv", "--collection", "towns", ...map);
    expect(more.code).toBe(1);
    expect(more.err).toContain('no item of lands that you may read has cca2 "XX" (and 1 more rows, such as 3)');
    expect(await items("towns", "sort=town&fields=town,country.name")).toMatchObject([
      { town: "Encamp", country: { name: { common: "Andorra" } } },
      { town: "Natal", country: { name: { common: "Brazil" } } },
      { town: "Nowhere", country: null },
      { town: "Recife", country: { name: { common: "Brazil" } } },
    ]);
  });

  test("tells what keeps a column from being numbers, and --null reads it", async () => {
    const rows = Array.from({ length: 50 }, (_, i) => (i % 25 === 20 ? "NA" : String(i)));
    await write("delays.csv", `delay\n${rows.join("\n")}\n`);
    const text = await server.plinth("import", "delays.csv", "--collection", "delays_text", "--create");
    expect(text.err).toContain("96 % integer, 2 × NA (first in line 22); --null NA makes it integer");
    const read = await server.plinth("import", "delays.csv", "--collection", "delays", "--create", "--null", "NA,NULL");
    expect([read.code, read.err]).toEqual([0, expect.stringContaining("integer  2 without")]);
    expect(await items("delays", 'filter={"delay":null}')).toHaveLength(2);
    const typed = await server.plinth(
      ...["import", "delays.csv", "--collection", "delays_typed", "--create", "--types", "delay=integer", "--json"],
    );
    expect(JSON.parse(typed.out)).toMatchObject({ inserted: 48, failed: 2, errors: [{ row: 21, line: 22 }, {}] });
  });

  test("reads days in the form that is said, and in no other", async () => {
    await write("plan.csv", "what,day,at\na,03.04.2024,03.04.2024 14:30\nb,31.12.2023 00:00,1.2.2024 2:05:09 PM\n");
    const dates = ["--dates", "DD.MM.YYYY"];
    expect((await server.plinth("import", "plan.csv", "--collection", "plan", "--create", ...dates)).code).toBe(0);
    expect(await items("plan", "sort=what")).toMatchObject([
      { day: "2024-04-03T00:00:00.000Z", at: "2024-04-03T14:30:00.000Z" },
      { day: "2023-12-31T00:00:00.000Z", at: "2024-02-01T14:05:09.000Z" },
    ]);
    await write("other.csv", "what,at\nc,2024/04/03\nd,31.02.2024\n");
    const other = await server.plinth("import", "other.csv", "--collection", "plan", ...dates);
    expect(other.err.match(/VALIDATION/g)).toHaveLength(1);
    const wrong = await server.plinth("import", "other.csv", "--collection", "plan", "--dates", "DD.MM.YY");
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("dates: expected YYYY, MM and DD")]);
  });

  test("passes over unknown columns by choice, and says an error once", async () => {
    await write("wide.json", '[{"what":"x","zzz":1},{"what":"y","zzz":2},{"what":"z","zzz":3}]');
    await write("one.csv", "what\na\n");
    await server.plinth("import", "one.csv", "--collection", "wide", "--create");
    const refused = await server.plinth("import", "wide.json", "--collection", "wide");
    expect(refused.err.match(/zzz/g)).toHaveLength(1);
    expect(refused.err).toContain("(and 2 more rows, such as 2)");
    const skipped = await server.plinth("import", "wide.json", "--collection", "wide", "--skip-unknown");
    expect([skipped.code, skipped.err]).toEqual([0, "Passed over, because they are no fields: zzz.\n"]);
    expect(await items("wide")).toHaveLength(4);
  });

  test("--on-conflict updates what is there", async () => {
    await write("v1.csv", "code,n\na,1\nb,2\n");
    await server.plinth("import", "v1.csv", "--collection", "coded", "--create", "--unique", "code");
    await write("v2.csv", "code,n\nb,20\nc,30\n");
    const over = ["import", "v2.csv", "--collection", "coded", "--on-conflict", "code"];
    const { code, out } = await server.plinth(...over);
    expect([code, out.split(" (")[0]]).toEqual([0, "1 row added to coded, 1 updated"]);
    const again = await server.plinth(...over, "--resolution", "ignore");
    expect([again.code, again.out.split(" (")[0]]).toEqual([0, "0 rows added to coded, 2 already there"]);
    expect(await items("coded", "sort=code&fields=code,n")).toMatchObject([
      { code: "a", n: 1 },
      { code: "b", n: 20 },
      { code: "c", n: 30 },
    ]);
  });
});
