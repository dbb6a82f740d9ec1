import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { requireAccessible } from "../pages/browser.ts";
import { withAdmin } from "./harness.ts";

/** From an empty workspace to data that a program reads. */

const suite = await withAdmin();

const FILMS = ["Film Title,Year,Genre", "Vertigo,1958,thriller", "Metropolis,1927,drama", "Solaris,seventy-two,drama"];

async function drop(page: Page, name: string, text: string): Promise<void> {
  await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
}

async function choose(page: Page, combobox: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: combobox }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

suite.test(
  "a file becomes a collection; its bad row is mended in place; a key reads the items",
  async (admin, { page }) => {
    await page.goto("/admin/t/default");
    await page.getByRole("link", { name: /^From a file/ }).click();
    await drop(page, "My films.csv", FILMS.join("\n"));
    await choose(page, "Type of Year", "Whole number");
    await choose(page, "Type of Genre", "Choice");
    await requireAccessible(page, page.url());
    await page.getByRole("button", { name: "Create and import 3 rows" }).click();
    await page.getByText("1 row was refused").waitFor();
    await page.getByText("Line 4:").waitFor();
    await page.getByLabel("Year").fill("1972");
    await page.getByRole("button", { name: "Send this row again" }).click();
    await page.getByText("3 rows added").waitFor();
    await page.getByRole("button", { name: "Use the data" }).click();

    await page.getByRole("button", { name: "Make my_films public" }).click();
    await page.getByRole("button", { name: "Create publishable key" }).click();
    const key = (await page.locator("code", { hasText: /^pk_live_/ }).textContent()) ?? "";
    expect(await page.getByRole("region", { name: "List the items of my_films" }).textContent()).toContain(key);
    const answer = await fetch(`${admin.baseUrl}/api/items/my_films?sort=year`, { headers: { "x-api-key": key } });
    const { data } = (await answer.json()) as { data: { film_title: string; year: number; genre: string }[] };
    expect(data.map(({ film_title, year, genre }) => [film_title, year, genre])).toEqual([
      ["Metropolis", 1927, "drama"],
      ["Vertigo", 1958, "thriller"],
      ["Solaris", 1972, "drama"],
    ]);
    await page.getByText("Your first request arrived.").waitFor();
  },
);

suite.test("numbers with commas and choices are recognised, and unwanted rows left out", async (admin, { page }) => {
  await page.goto("/admin/t/default/start?from=file");
  const rows = ['A,"1,234.50",open', "B,999.5,open", "C,12,shipped", "D,7,shipped", "E,5,opne", "F,6,open"];
  await drop(page, "sales.csv", `name,amount,status\n${rows.join("\n")}\n`);
  const type = (column: string) => page.getByRole("combobox", { name: `Type of ${column}` });
  await page.getByText("These may be numbers with commas.").waitFor();
  expect(await type("amount").textContent()).toBe("Text");
  await page.getByRole("button", { name: "Read “1,234.50” as 1234.50" }).click();
  await page.getByText("These may be numbers with commas.").waitFor({ state: "detached" });
  expect(await type("amount").textContent()).toBe("Number");
  await page.getByText("3 different values: open (3), shipped (2), opne (1)").waitFor();
  await page.getByRole("button", { name: "Make it a choice" }).click();
  await page.getByRole("checkbox", { name: "opne (1)" }).click();
  await requireAccessible(page, "the columns of a file");
  await page.getByRole("button", { name: "Create and import 6 rows" }).click();
  await page.getByText("5 rows added, 1 refused").waitFor();
  await page.getByRole("button", { name: "Leave this row out" }).click();
  await page.getByText("5 rows added, 1 left out").waitFor();
  await page.getByRole("button", { name: "Use the data" }).click();
  await page.getByRole("grid", { name: "The first items" }).getByText("1234.5").waitFor();
  await requireAccessible(page, "the first items");
  await page.getByRole("link", { name: "Open the table" }).click();
  await page.waitForURL(/collections\/sales\/items/);
  const { data } = await admin.send<{ data: { amount: number }[] }>("/api/operator/items/sales?sort=name");
  expect(data.map(({ amount }) => amount)).toEqual([1234.5, 999.5, 12, 7, 6]);
});

suite.test("a column names items of another collection by a value that they have", async (admin, { page }) => {
  const fields = [{ name: "cca2", type: "text", unique: true }];
  await admin.send("/api/operator/collections", { slug: "countries", fields });
  await admin.send("/api/operator/items/countries", [{ cca2: "AD" }, { cca2: "BR" }]);
  await page.goto("/admin/t/default/start?from=file");
  await drop(page, "cities.ndjson", '{"name": "Encamp", "country": "AD"}\n{"name": "Natal", "country": "BR"}\n');
  await choose(page, "Type of country", "Link to one item");
  await page.getByText("Choose the collection that it leads to.").waitFor();
  await page.getByRole("button", { name: "Collection that country leads to" }).click();
  await page.getByRole("option", { name: "countries" }).click();
  await choose(page, "Found by: country", "found by its cca2");
  await page.getByRole("button", { name: "Create and import 2 rows" }).click();
  await page.getByText("2 rows added").waitFor();
  const { data } = await admin.send<{ data: { name: string; country: { cca2: string } }[] }>(
    "/api/operator/items/cities?expand=country&sort=name",
  );
  expect(data.map(({ name, country }) => [name, country.cca2])).toEqual([
    ["Encamp", "AD"],
    ["Natal", "BR"],
  ]);
});

suite.test(
  "an import that the server ends says so, and goes on without writing a row twice",
  async (admin, { page, allow }) => {
    allow("503");
    let refuse = true;
    await page.route("**/items/numbers/import*", (route) =>
      refuse ? route.fulfill({ status: 503, body: "{}" }) : route.continue(),
    );
    await page.goto("/admin/t/default/start?from=file");
    await drop(page, "numbers.csv", "n\n1\n2\n");
    await page.getByRole("button", { name: "Create and import 2 rows" }).click();
    await page.getByText("The import stopped").waitFor({ timeout: 60_000 });
    expect(await page.getByRole("button", { name: "Use the data" }).count()).toBe(0);
    refuse = false;
    await page.getByRole("button", { name: "Go on from row 1" }).click();
    await page.getByText("2 rows added").waitFor();
    const { data } = await admin.send<{ data: unknown[] }>("/api/operator/items/numbers");
    expect(data).toHaveLength(2);
  },
);

suite.test(
  "a first import is undone, and its collection taken away, unless somebody needs it",
  async (admin, { page }) => {
    await page.goto("/admin/t/default/start?from=file");
    await drop(page, "songs.csv", "title\nA\nB\n");
    await page.getByRole("button", { name: "Create and import 2 rows" }).click();
    await page.getByText("2 rows added").waitFor();
    await page.getByRole("button", { name: "Undo the import" }).click();
    await page.getByRole("heading", { name: "The import is undone" }).waitFor();
    await requireAccessible(page, "a first import that was undone");
    const songs = async () => (await admin.send<{ data: object[] }>("/api/operator/items/songs")).data;
    expect(await songs()).toEqual([]);
    const { data } = await admin.send<{ data: { id: string } }>("/api/operator/items/songs", { title: "Mine" });
    const back = page.getByRole("button", { name: "Delete the empty collection, and go back" });
    await back.click();
    await page.getByText("There are items in songs, so it was not deleted.").waitFor();
    expect(await songs()).toHaveLength(1);
    await admin.send(`/api/operator/items/songs/${data.id}`, undefined, "DELETE");
    await back.click();
    await page.getByRole("button", { name: "Create and import 2 rows" }).click();
    await page.getByText("2 rows added").waitFor();
    expect(await songs()).toHaveLength(2);
  },
);

suite.test("a template makes collections with relations, rules and items", async (admin, { page }) => {
  await page.goto("/admin/t/default/start?from=template");
  await page.getByRole("button", { name: "Use this template" }).waitFor();
  await requireAccessible(page, page.url());
  for (const [name, last] of [
    ["Blog", "posts"],
    ["Tasks", "tasks"],
    ["Shop", "products"],
    ["Contacts and deals", "activities"],
  ] as const) {
    await page.goto("/admin/t/default/start?from=template");
    await page.getByRole("radio", { name }).click();
    await page.getByRole("button", { name: "Use this template" }).click();
    await page.waitForURL((url) => url.searchParams.get("done") === last);
  }
  const posts = await fetch(`${admin.baseUrl}/api/items/posts?fields=title&sort=title`);
  expect(await posts.json()).toMatchObject({
    data: [{ title: "Can machines think?" }, { title: "Notes on the engine" }],
  });
});

suite.test("objects of a JSON file can be kept as they are", async (admin, { page }) => {
  await page.goto("/admin/t/default/start?from=file");
  await drop(page, "events.json", '[{"Kind": "click", "at": {"x": 1}}, {"Kind": "key", "code": "Enter"}]');
  await page.getByRole("radio", { name: /^A document/ }).click();
  await page.getByRole("button", { name: "Create and import 2 rows" }).click();
  await page.getByText("2 rows added").waitFor();
  const { data } = await admin.send<{ data: Record<string, unknown>[] }>("/api/operator/items/events?sort=Kind");
  expect(data).toMatchObject([
    { Kind: "click", at: { x: 1 } },
    { Kind: "key", code: "Enter" },
  ]);
});
