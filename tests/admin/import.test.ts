import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { requireAccessible } from "../pages/browser.ts";
import { type AdminServer, withAdmin } from "./harness.ts";

/** A file into a collection that exists: looked at first, mended where rows are refused, and taken back as one. */

const suite = await withAdmin();

interface Item {
  readonly [field: string]: unknown;
}

const make = (admin: AdminServer, slug: string, fields: readonly object[]) =>
  admin.send("/api/operator/collections", { slug, fields });

const stored = async (admin: AdminServer, slug: string, search = "sort=title&limit=1000") =>
  (await admin.send<{ data: Item[] }>(`/api/operator/items/${slug}?${search}`)).data;

async function choose(page: Page, combobox: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: combobox }).click();
  await page.getByRole("option", { name: option }).click();
}

async function drop(page: Page, name: string, text: string): Promise<void> {
  await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
}

suite.test(
  "columns find their fields; existing items are updated; a bad row is mended; one undo takes all back",
  async (admin, { page }) => {
    await make(admin, "films", [
      { name: "title", type: "text", required: true, unique: true },
      { name: "us_gross", type: "integer" },
      { name: "shown", type: "date" },
      { name: "mood", type: "text" },
    ]);
    await admin.send("/api/operator/items/films", [{ title: "Vertigo", us_gross: 1, mood: "dark" }]);
    await page.goto("/admin/t/default/collections/films/items");
    await page.getByRole("button", { name: "Import" }).click();
    await drop(
      page,
      "films.csv",
      "Title,US Gross,Shown,Remark\nVertigo,7,31.05.1958,x\nMetropolis,many,10.01.1927,y\nSolaris,9,NA,z\n",
    );
    const target = (source: string) => page.getByRole("combobox", { name: `Field for ${source}` });
    await page.getByText("3 rows").first().waitFor();
    expect(await Promise.all(["Title", "US Gross", "Shown", "Remark"].map((one) => target(one).textContent()))).toEqual(
      ["title", "us_gross", "shown", "Do not import"],
    );
    // Without the form of the days and the text for none, the server would refuse them.
    await page.getByText("3 would be refused.").waitFor();
    await page.getByText("How the file is written").click();
    await choose(page, "Dates", "31.05.2024");
    await page.getByRole("textbox", { name: "Means no value" }).fill("NA");
    await page.keyboard.press("Enter");
    await page.getByText("1 would be refused.").waitFor();
    await choose(page, "Find existing items by", "title");
    const preview = page.getByRole("region", { name: "The first rows" });
    await preview.getByText("1958-05-31").waitFor();
    expect(await preview.getByRole("columnheader").allTextContents()).toEqual(["title", "us_gross", "shown"]);
    await requireAccessible(page, "the columns");
    expect(await stored(admin, "films")).toHaveLength(1);

    await page.getByRole("button", { name: "Import 3 rows" }).click();
    await page.getByText("1 row added, 1 updated, 1 refused").waitFor();
    await page.getByLabel("US Gross").fill("8");
    await requireAccessible(page, "a refused row");
    await page.getByRole("button", { name: "Send this row again" }).click();
    await page.getByText("2 rows added, 1 updated").waitFor();
    const facts = async () =>
      (await stored(admin, "films")).map((one) => [one.title, one.us_gross, one.shown, one.mood]);
    expect(await facts()).toEqual([
      ["Metropolis", 8, "1927-01-10", null],
      ["Solaris", 9, null, null],
      ["Vertigo", 7, "1958-05-31", "dark"],
    ]);
    await page.getByRole("button", { name: "Undo the import" }).click();
    await page.getByText("The import is undone").waitFor();
    expect(await facts()).toEqual([["Vertigo", 1, null, "dark"]]);
    await page.getByRole("button", { name: "Import 3 rows" }).waitFor();
  },
);

suite.test("where a refused row is left out, the next one has the focus", async (admin, { page }) => {
  await make(admin, "counts", [{ name: "n", type: "integer" }]);
  await page.goto("/admin/t/default/collections/counts/items/import");
  await drop(page, "counts.csv", "n\nmany\n2\nfew\n");
  await page.getByRole("button", { name: "Import 3 rows" }).click();
  await page.getByText("1 row added, 2 refused").waitFor();
  await page.getByRole("button", { name: "Leave out" }).first().click();
  await page.locator("li:focus").filter({ hasText: "Line 4" }).waitFor();
});

suite.test(
  "a column names related items by a value that they have, and two columns cannot fill one field",
  async (admin, { page }) => {
    await make(admin, "countries", [{ name: "cca2", type: "text", unique: true }]);
    await admin.send("/api/operator/items/countries", [{ cca2: "AD" }, { cca2: "BR" }]);
    await make(admin, "cities", [
      { name: "title", type: "text", required: true },
      { name: "country", type: "relation", to: "countries" },
    ]);
    await page.goto("/admin/t/default/collections/cities/items/import");
    await drop(page, "cities.ndjson", '{"name": "Encamp", "country": "AD"}\n{"name": "Natal", "country": "BR"}\n');
    await page.getByText("No column goes to title").waitFor();
    await choose(page, "Field for name", "country");
    await page.getByText("Another column goes to country too.").first().waitFor();
    expect(await page.getByRole("button", { name: "Import 2 rows" }).isDisabled()).toBe(true);
    await choose(page, "Field for name", "title");
    await choose(page, "Found by: country", "found by its cca2");
    await page.getByText("cca2 = AD").waitFor();
    await page.getByRole("button", { name: "Import 2 rows" }).click();
    await page.getByText("2 rows added").waitFor();
    await page.getByRole("link", { name: "Show the items" }).click();
    await page.getByRole("gridcell", { name: "Encamp" }).waitFor();
    const cities = await stored(admin, "cities", "expand=country&sort=title");
    expect(cities.map(({ country }) => (country as Item).cca2)).toEqual(["AD", "BR"]);
  },
);

suite.test(
  "a large file is sent in parts: it can be stopped, whoever leaves is asked, it goes on, and is one import to undo",
  async (admin, { page }) => {
    const ROWS = 12_000;
    await make(admin, "readings", [{ name: "title", type: "text" }]);
    const lines = Array.from({ length: ROWS }, (_, i) => `Reading ${i}`);
    let parts = 0;
    let isHeld = true;
    await page.route("**/items/readings/import?*", async (route) => {
      // The third part waits, so that there is something to stop.
      if (!route.request().url().includes("dry_run=true") && ++parts === 3) {
        while (isHeld) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await route.continue().catch(() => {});
    });
    await page.goto("/admin/t/default/collections/readings/items/import");
    await drop(page, "readings.csv", `title\n${lines.join("\n")}\n`);
    await page.getByRole("button", { name: "Import 12,000 rows" }).click();
    await page.getByText("4,000 rows added").waitFor();
    await page.getByRole("navigation", { name: "Plinth" }).getByRole("link", { name: "Overview" }).click();
    const question = page.getByRole("alertdialog");
    await question.getByText("Stop the import?").waitFor();
    await question.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("The import stopped").waitFor();
    isHeld = false;
    await page.getByRole("button", { name: "Go on from row 4001" }).click();
    await page.getByText("12,000 rows added").waitFor();
    const count = async () =>
      (await admin.send<{ meta: { filter_count: number } }>("/api/operator/items/readings?limit=1&meta=filter_count"))
        .meta.filter_count;
    expect(await count()).toBe(ROWS);
    await page.getByRole("button", { name: "Undo the import" }).click();
    await page.getByText("The import is undone").waitFor();
    expect(await count()).toBe(0);
  },
);

suite.test("an import that is stopped before its first answer writes no row twice", async (admin, { page }) => {
  await make(admin, "once", [{ name: "title", type: "text" }]);
  let isSilent = true;
  await page.route("**/items/once/import?*", async (route) => {
    if (!isSilent || route.request().url().includes("dry_run=true")) return route.continue();
    // The server writes the rows, and nobody hears of it.
    await fetch(route.request().url(), {
      method: "POST",
      headers: await route.request().allHeaders(),
      body: route.request().postData()!,
    });
  });
  await page.goto("/admin/t/default/collections/once/items/import");
  await drop(page, "once.csv", "title\nA\nB\n");
  await page.getByRole("button", { name: "Import 2 rows" }).click();
  while ((await stored(admin, "once")).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Back to the columns" }).click();
  isSilent = false;
  await page.getByRole("button", { name: "Import 2 rows" }).click();
  await page.getByText("2 rows added").waitFor();
  expect((await stored(admin, "once")).map(({ title }) => title)).toEqual(["A", "B"]);
});

suite.test("hundreds of columns find hundreds of fields, and each can go elsewhere", async (admin, { page }) => {
  const names = Array.from({ length: 200 }, (_, at) => `field_${at}`);
  await make(
    admin,
    "hundreds",
    names.map((name) => ({ name, type: "text" })),
  );
  await page.goto("/admin/t/default/collections/hundreds/items/import");
  await drop(page, "hundreds.csv", `${names.join(",")}\n${names.map((_, at) => at).join(",")}\n`);
  const target = page.getByRole("combobox", { name: "Field for field_7", exact: true });
  await target.waitFor();
  expect(await target.textContent()).toBe("field_7");
  await target.click();
  await page.getByRole("option", { name: "Do not import" }).click();
  expect(await target.textContent()).toBe("Do not import");
  await page.getByRole("button", { name: "Import 1 row" }).click();
  await page.getByText("1 row added").waitFor();
  expect(await stored(admin, "hundreds", "limit=1")).toMatchObject([{ field_6: "6", field_7: null, field_8: "8" }]);
});

suite.test("what has changed since the import stays where one says so", async (admin, { page, allow }) => {
  allow("409");
  await make(admin, "songs", [{ name: "title", type: "text" }]);
  await page.goto("/admin/t/default/collections/songs/items/import");
  await drop(page, "songs.json", '[{"title": "A"}, {"title": "B"}]');
  await page.getByRole("button", { name: "Import 2 rows" }).click();
  await page.getByText("2 rows added").waitFor();
  const [first] = await stored(admin, "songs");
  await admin.send(`/api/operator/items/songs/${String(first!.id)}`, { title: "Mine" }, "PATCH");
  await page.getByRole("button", { name: "Undo the import" }).click();
  await page.getByText("changed since: title").waitFor();
  await page.getByRole("button", { name: "Undo all other items" }).click();
  await page.getByText("The import is undone").waitFor();
  expect((await stored(admin, "songs")).map(({ title }) => title)).toEqual(["Mine"]);
});
