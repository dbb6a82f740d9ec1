import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, JsonObject } from "@plinth/core";
import { AIRPORTS, type Plinth, startPlinth } from "./plinth.ts";
import { asciiFold, parseCsv, pick, sorted } from "./reference.ts";

const source = readFileSync(AIRPORTS, "utf8");
const airports = parseCsv(source).map(
  (row): JsonObject => ({ ...row, latitude: Number(row.latitude), longitude: Number(row.longitude) }),
);
const names = ["iata", "name", "city", "state", "country", "latitude", "longitude"];

let plinth: Plinth;
beforeAll(async () => {
  plinth = await startPlinth();
});
afterAll(() => plinth.stop());

const everything = async (slug: string): Promise<JsonObject[]> => {
  const found: JsonObject[] = [];
  let cursor: string | null | undefined = "";
  while (cursor !== null && cursor !== undefined) {
    const page = await plinth.list(slug, { sort: "iata", limit: "1000", cursor });
    found.push(...page.data);
    cursor = page.next_cursor;
  }
  return found;
};

describe("airports.csv", () => {
  test("a dry run reports what would be made and changes nothing", async () => {
    const run = await plinth.plinth("import", AIRPORTS, "--collection", "airports", "--create", "--dry-run", "--json");
    expect(run.code).toBe(0);
    expect(run.report).toMatchObject({ total: airports.length, inserted: 0, failed: 0, dry_run: true });
    expect(await plinth.get("/api/collections")).toMatchObject({ data: [{ slug: "users", system: "users" }] });
  });

  test("is loaded by the documented command, with codes as texts", async () => {
    const run = await plinth.plinth("import", AIRPORTS, "--collection", "airports", "--create", "--json");
    expect({ code: run.code, err: run.code === 0 ? "" : run.err }).toEqual({ code: 0, err: "" });
    expect(run.report).toMatchObject({ total: airports.length, inserted: airports.length, failed: 0 });
    expect(pick(await everything("airports"), ...names)).toEqual(pick(sorted(airports, ["iata", "asc"]), ...names));
  });

  type Query = [what: string, filter: Json, holds: (row: JsonObject) => boolean];
  const queries: Query[] = [
    ["a state", { state: "AK" }, (a) => a.state === "AK"],
    ["the far north", { latitude: { _gt: 70 } }, (a) => Number(a.latitude) > 70],
    [
      "a box",
      { latitude: { _between: [40, 41] }, longitude: { _between: [-80, -70] } },
      (a) =>
        Number(a.latitude) >= 40 &&
        Number(a.latitude) <= 41 &&
        Number(a.longitude) >= -80 &&
        Number(a.longitude) <= -70,
    ],
    ["a code that looks like a number", { iata: { _starts_with: "0" } }, (a) => String(a.iata).startsWith("0")],
    ["a word in any case", { name: { _icontains: "intl" } }, (a) => asciiFold(String(a.name)).includes("intl")],
    ["elsewhere", { country: { _neq: "USA" } }, (a) => a.country !== "USA"],
  ];
  test.each(queries)("finds %s", async (_, filter, holds) => {
    const expected = sorted(airports.filter(holds), ["iata", "asc"]);
    expect(expected.length).toBeGreaterThan(0);
    const { data, meta } = await plinth.list("airports", { filter, sort: "iata", limit: "1000", meta: "filter_count" });
    expect(meta?.filter_count).toBe(expected.length);
    expect(pick(data, ...names)).toEqual(pick(expected.slice(0, 1000), ...names));
  });

  test("a dry run over a collection that is there changes nothing either", async () => {
    const run = await plinth.plinth("import", AIRPORTS, "--collection", "airports", "--dry-run", "--json");
    expect({ code: run.code, ...run.report }).toMatchObject({
      code: 0,
      total: airports.length,
      failed: 0,
      dry_run: true,
    });
    expect((await plinth.list("airports", { limit: "1", meta: "total_count" })).meta?.total_count).toBe(
      airports.length,
    );
  });

  test("bad rows are reported by number and reason, the others go in", async () => {
    const lines = source.trim().split(/\r?\n/).slice(0, 41);
    const spoil = (row: number, from: RegExp, to: string): void => {
      expect(lines[row]).toMatch(from);
      lines[row] = lines[row]!.replace(from, to);
    };
    spoil(3, /,[\d.]+,-[\d.]+$/, ",north,-90.1");
    spoil(17, /,-[\d.]+$/, ",one hundred");
    spoil(40, /$/, ",too,many");
    const bad = join(plinth.folder, "bad.csv");
    writeFileSync(bad, `${lines.join("\n")}\n`);
    const run = await plinth.plinth("import", bad, "--collection", "airports", "--json");
    expect(run.code).toBe(1);
    expect(run.report).toMatchObject({ total: 40, inserted: 37, failed: 3 });
    expect(run.report.errors.map(({ row, error }) => [row, error.field ?? null])).toEqual([
      [3, "latitude"],
      [17, "longitude"],
      [40, null],
    ]);
    for (const { error } of run.report.errors) expect(error.message.length).toBeGreaterThan(10);
    const { meta } = await plinth.list("airports", { limit: "1", meta: "total_count" });
    expect(meta?.total_count).toBe(airports.length + 37);
  });

  test("the report is also there for people", async () => {
    const run = await plinth.plinth("import", join(plinth.folder, "bad.csv"), "--collection", "airports", "--dry-run");
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/\b3\b.*latitude/);
    expect(run.err).toMatch(/\b17\b.*longitude/);
  });

  test.each(["csv", "json", "ndjson"])("export as %s mirrors import", async (format) => {
    const path = join(plinth.folder, `airports.${format}`);
    const out = await plinth.plinth("export", "--collection", "airports", "--output", path, "--sort", "iata,id");
    expect({ code: out.code, err: out.code === 0 ? "" : out.err }).toEqual({ code: 0, err: "" });
    const back = await plinth.plinth("import", path, "--collection", `copy_${format}`, "--create", "--json");
    expect({ code: back.code, failed: back.report.failed, err: back.code ? back.err : "" }).toEqual({
      code: 0,
      failed: 0,
      err: "",
    });
    const columns = ["id", ...names, "owner_id"];
    const all = (rows: JsonObject[]) => pick(sorted(rows, ["id", "asc"]), ...columns);
    expect(all(await everything(`copy_${format}`))).toEqual(all(await everything("airports")));
  });

  test("a wrong key, a missing file and a missing collection end with 2 and a sentence", async () => {
    for (const args of [
      ["import", AIRPORTS, "--collection", "airports", "--key", `sk_live_${"A".repeat(43)}`],
      ["import", join(plinth.folder, "nothing.csv"), "--collection", "airports"],
      ["import", AIRPORTS, "--collection", "nowhere"],
    ]) {
      const { code, err } = await plinth.plinth(...args);
      expect({ args: args.slice(1, 4), code }).toEqual({ args: args.slice(1, 4), code: 2 });
      expect(err).not.toMatch(/\n\s+at /);
      expect(err.trim().split("\n").length).toBeLessThan(4);
    }
  });
});
