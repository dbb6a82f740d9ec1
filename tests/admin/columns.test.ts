import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { requireAccessible } from "../pages/browser.ts";
import { films, open, stored } from "./films.ts";
import { withAdmin } from "./harness.ts";

/** The columns of the grid: what their menus do with them, and with the values in them. */

const suite = await withAdmin();

const menuOf = (page: Page, column: string) => page.getByRole("dialog", { name: `Column ${column}` });

suite.test(
  "a value is changed in all items that the list shows, and one undo takes it back",
  async (admin, { page, allow }) => {
    allow("422");
    await films(admin, "changed", 30);
    const before = await stored(admin, "changed", "sort=year&limit=100");
    const filter = encodeURIComponent(JSON.stringify({ year: { _gt: 1925 } }));
    const grid = await open(page, "changed", `?filter=${filter}`);
    await grid.getByRole("button", { name: "title", exact: true }).focus();
    await page.keyboard.press("Alt+ArrowDown");
    const menu = menuOf(page, "title");
    const value = menu.getByLabel("New value in all items that are found");
    await value.fill("x".repeat(41));
    await menu.getByText(/40/).waitFor();
    expect(await menu.getByRole("button", { name: "Change items" }).isDisabled()).toBe(true);
    await value.fill("Late film");
    await menu.getByRole("button", { name: "Change 5 items" }).waitFor();
    await requireAccessible(page, "the menu of a column");
    await page.keyboard.press("Enter");
    await page.getByText("5 items changed").waitFor();
    await menu.waitFor({ state: "detached" });
    const after = await stored(admin, "changed", "sort=year&limit=100");
    expect(after.map(({ title }) => title)).toEqual(
      before.map(({ title, year }) => (year! > 1925 ? "Late film" : title)),
    );
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("Undone").waitFor();
    expect((await stored(admin, "changed", "sort=year&limit=100")).map(({ title }) => title)).toEqual(
      before.map(({ title }) => title),
    );
  },
);

suite.test("a change writes as many items as its button says, or none", async (admin, { page, allow }) => {
  allow("422");
  await films(admin, "counted", 3);
  const grid = await open(page, "counted");
  await grid.getByRole("button", { name: "seen", exact: true }).click({ button: "right" });
  const menu = menuOf(page, "seen");
  await menu.getByRole("combobox", { name: "New value in all items" }).click();
  await page.getByRole("option", { name: "yes" }).click();
  const button = menu.getByRole("button", { name: "Change 3 items" });
  await button.waitFor();
  await admin.send("/api/items/counted", { title: "Film 4" });
  await button.click();
  await page.getByText("Nothing was changed").waitFor();
  expect(await stored(admin, "counted", "filter=%7B%22seen%22%3Atrue%7D")).toEqual([]);
  await menu.getByRole("button", { name: "Change 4 items" }).click();
  await page.getByText("4 items changed").waitFor();
  expect(await stored(admin, "counted", "filter=%7B%22seen%22%3Atrue%7D")).toHaveLength(4);
});

suite.test("chosen items get a value by one dialog", async (admin, { page }) => {
  await films(admin, "chosen", 4);
  const grid = await open(page, "chosen");
  for (const row of [1, 3]) await grid.getByRole("row").nth(row).getByRole("checkbox").click();
  await page.getByRole("button", { name: "Change a field" }).click();
  const dialog = page.getByRole("dialog", { name: "Change a field" });
  await dialog.getByRole("combobox", { name: "Field" }).click();
  await page.getByRole("option", { name: "year" }).click();
  await dialog.getByRole("checkbox", { name: "No value" }).click();
  await dialog.getByRole("button", { name: "Change 2 items" }).click();
  await page.getByText("2 items changed").waitFor();
  const years = (await stored(admin, "chosen", "sort=title")).map(({ title, year }) => [title, year]);
  expect(years).toEqual([
    ["Film 1", null],
    ["Film 2", 1902],
    ["Film 3", null],
    ["Film 4", 1904],
  ]);
});

suite.test("the menu of a column sorts, filters and hides", async (admin, { page }) => {
  await films(admin, "ordered", 4);
  await admin.send("/api/items/ordered", { title: "Film without year" });
  const grid = await open(page, "ordered", "");
  const press = async (entry: string) => {
    await grid.getByRole("button", { name: "Column year" }).press("Enter");
    await menuOf(page, "year").getByRole("button", { name: entry }).click();
  };
  await press("Sort descending");
  await grid.getByRole("columnheader", { name: "year" }).and(page.locator("[aria-sort=descending]")).waitFor();
  await press("Only without a value");
  await grid.getByRole("gridcell", { name: "Film 1", exact: true }).waitFor({ state: "detached" });
  expect(await grid.getByRole("gridcell", { name: /^Film/ }).allTextContents()).toEqual(["Film without year"]);
  await press("Hide");
  await grid.getByRole("columnheader", { name: "year" }).waitFor({ state: "detached" });
});
