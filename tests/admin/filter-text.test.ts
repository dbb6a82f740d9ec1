import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { requireAccessible } from "../pages/browser.ts";
import { type AdminServer, type AdminTest, withAdmin } from "./harness.ts";
import { settled } from "./samples.ts";

/** Conditions of a list that are typed as one line. */

const suite = await withAdmin();

const FIELDS = [
  { name: "title", type: "text", required: true },
  { name: "genre", type: "enum", values: ["novel", "essay", "short story"] },
  { name: "year", type: "integer" },
  { name: "in_print", type: "boolean" },
];
const BOOKS = [
  { title: "Atlas", genre: "novel", year: 1995, in_print: true },
  { title: "Harbour", genre: "novel", year: 1980, in_print: true },
  { title: "Lantern", genre: "essay", year: 2001, in_print: true },
  { title: "Orchard", genre: "novel", year: 2003, in_print: false },
];

async function books({ send }: AdminServer, slug: string): Promise<void> {
  await send("/api/collections", { slug, fields: FIELDS, default_sort: "title" });
  await send(`/api/items/${slug}`, BOOKS);
}

async function open(page: Page, slug: string, search = ""): Promise<void> {
  await page.goto(`/admin/t/default/collections/${slug}/items${search}`);
  await page.getByRole("gridcell", { name: "Atlas" }).waitFor();
}

const field = (page: Page) => page.getByRole("combobox", { name: "Search by title" });
const chips = (page: Page) => page.getByRole("list", { name: "Conditions" }).getByRole("listitem");
const filterIn = (page: Page): unknown => JSON.parse(new URL(page.url()).searchParams.get("filter") ?? "null");
const TITLES = /^(?:Atlas|Harbour|Lantern|Orchard)$/;

/** Waits until the list shows these titles, and no others. */
async function shows(page: Page, ...titles: string[]): Promise<void> {
  const cells = page.getByRole("grid").getByRole("gridcell", { name: TITLES });
  await cells.nth(titles.length).waitFor({ state: "detached" });
  for (const title of titles) await page.getByRole("gridcell", { name: title, exact: true }).waitFor();
  expect((await cells.allTextContents()).toSorted()).toEqual(titles.toSorted());
}

suite.test(
  "a line of conditions is the filter: in the list, the chips, the builder and the address",
  async (admin, { page }) => {
    await books(admin, "lines");
    await open(page, "lines");
    await field(page).fill("genre = novel and year > 1990 and in_print = true");
    await shows(page, "Atlas");
    expect(await chips(page).count()).toBe(3);
    const filter = { genre: { _eq: "novel" }, year: { _gt: 1990 }, in_print: { _eq: true } };
    expect(filterIn(page)).toEqual(filter);
    await page.getByRole("button", { name: /^Filter/ }).click();
    expect(await page.getByRole("textbox", { name: "Value" }).inputValue()).toBe("1990");
    await page.keyboard.press("Escape");
    await page.reload();
    await shows(page, "Atlas");
    // Without one condition, by its chip; the rest as text again.
    await chips(page).filter({ hasText: "in_print" }).getByRole("button").click();
    await shows(page, "Atlas", "Orchard");
    // Back and forward again: what is typed is added to the filter that is there then.
    await page.goBack();
    await shows(page, "Atlas");
    await page.goForward();
    await shows(page, "Atlas", "Orchard");
    await page.getByRole("button", { name: "Edit the filter as text" }).click();
    expect(await field(page).inputValue()).toBe("genre = novel and year > 1990");
    await field(page).fill("genre = novel and year > 1970");
    await shows(page, "Atlas", "Harbour", "Orchard");
  },
);

suite.test(
  "conditions are added to the filter that is there, and words are searched besides",
  async (admin, { page }) => {
    await books(admin, "added");
    await open(page, "added", `?filter=${encodeURIComponent(JSON.stringify({ genre: { _eq: "novel" } }))}`);
    await field(page).fill("year > 1990");
    await field(page).press("Enter");
    await shows(page, "Atlas", "Orchard");
    expect(await field(page).inputValue()).toBe("");
    expect(await chips(page).count()).toBe(2);
    await field(page).fill("orch");
    await shows(page, "Orchard");
    expect(new URL(page.url()).searchParams.get("q")).toBe("orch");
    expect(filterIn(page)).toEqual({ genre: { _eq: "novel" }, year: { _gt: 1990 } });
    await page.getByRole("button", { name: "Clear search" }).click();
    await shows(page, "Atlas", "Orchard");
  },
);

suite.test("what is no condition is searched as words, and says what is wrong with it", async (admin, { page }) => {
  await books(admin, "words");
  await open(page, "words");
  await field(page).fill("gener = novel");
  await page.getByRole("button", { name: "Search by genre" }).click();
  await shows(page, "Atlas", "Harbour", "Orchard");
  await field(page).fill("gener = novel");
  await page.getByText("there is no field gener.").waitFor();
  await field(page).press("Enter");
  await page.getByText("Nothing found").waitFor();
  await page.getByText("conditions such as genre = novel").waitFor();
  await requireAccessible(page, page.url());
  await field(page).fill("genre = ");
  await page.getByText("a value is missing after genre").waitFor();
  await field(page).fill("harb");
  await shows(page, "Harbour");
  expect(await page.getByText("Searched as words").count()).toBe(0);
});

const unfinished: AdminTest = async (admin, { page }) => {
  await books(admin, "meanwhile");
  await page.clock.install();
  await open(page, "meanwhile", `?filter=${encodeURIComponent(JSON.stringify({ genre: { _eq: "novel" } }))}`);
  await field(page).fill("year > ");
  await chips(page).filter({ hasText: "genre" }).getByRole("button").last().click();
  await shows(page, "Atlas", "Harbour", "Lantern", "Orchard");
  // As long as any pause of typing.
  await page.clock.fastForward(5000);
  await shows(page, "Atlas", "Harbour", "Lantern", "Orchard");
  expect(filterIn(page)).toBeNull();
};
suite.test("unfinished words put no earlier filter back", unfinished, { own: true });

suite.test("fields, operators and values are completed by keys and by the mouse", async (admin, { page }) => {
  await books(admin, "completed");
  await open(page, "completed");
  const option = (name: string) => page.getByRole("option", { name });
  await field(page).pressSequentially("gen");
  await option("genre").waitFor();
  await settled(page);
  await requireAccessible(page, page.url());
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  expect(await field(page).inputValue()).toBe("genre ");
  await option("=").first().click();
  expect(await field(page).inputValue()).toBe("genre = ");
  await option("short story").waitFor();
  await field(page).pressSequentially("es");
  await option("essay").click();
  await shows(page, "Lantern");
  // Without a choice, Enter and Escape are those of a search.
  await field(page).pressSequentially("or y");
  await option("year").waitFor();
  await page.keyboard.press("Escape");
  await option("year").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  expect(await field(page).inputValue()).toBe("");
  await shows(page, "Atlas", "Harbour", "Lantern", "Orchard");
});

suite.test(
  "a period such as this month is one condition, in the line, the chips and the builder",
  async (admin, { page }) => {
    await books(admin, "periods");
    await open(page, "periods");
    await field(page).fill("created_at during this month");
    await chips(page).first().waitFor();
    await shows(page, "Atlas", "Harbour", "Lantern", "Orchard");
    expect(filterIn(page)).toEqual({
      created_at: {
        _gte: { $now: { start: "month", zone: "Europe/Berlin" } },
        _lt: { $now: { start: "month", zone: "Europe/Berlin", add: { months: 1 } } },
      },
    });
    expect(await chips(page).allTextContents()).toEqual(["created_at is in this month"]);
    await page.getByRole("button", { name: /^Filter/ }).click();
    await page.getByText("Time zone: Europe/Berlin").waitFor();
    await page.getByRole("combobox", { name: "Value" }).click();
    await page.getByRole("option", { name: "yesterday" }).click();
    await page.getByText("Nothing found").waitFor();
  },
  { timezoneId: "Europe/Berlin" },
);
