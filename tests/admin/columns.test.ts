import { expect } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { requireAccessible } from "../pages/browser.ts";
import { films, open, saved, stored } from "./films.ts";
import { type AdminServer, withAdmin } from "./harness.ts";

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
    await page.getByRole("button", { name: "Undo (Ctrl+Z)" }).click();
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

suite.test("a deletion is of as many items as somebody has agreed to, or of none", async (admin, { page, allow }) => {
  allow("422");
  await films(admin, "agreed", 3);
  const grid = await open(page, "agreed");
  await grid.getByRole("checkbox", { name: "Select the loaded items" }).click();
  await page.getByRole("button", { name: "Select all items" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const question = page.getByRole("alertdialog", { name: "Delete 3 items?" });
  await question.waitFor();
  await admin.send("/api/items/agreed", { title: "Film 4" });
  await question.getByRole("button", { name: "Delete" }).click();
  await page.getByText("Nothing was changed").waitFor();
  expect(await stored(admin, "agreed", "limit=9")).toHaveLength(4);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("alertdialog", { name: "Delete 4 items?" }).getByRole("button", { name: "Delete" }).click();
  await page.getByText("4 items deleted").waitFor();
  expect(await stored(admin, "agreed", "limit=9")).toEqual([]);
});

suite.test("all items of one filter are not all of the next one", async (admin, { page }) => {
  await films(admin, "next", 3);
  const filter = encodeURIComponent(JSON.stringify({ year: { _gt: 1902 } }));
  const grid = await open(page, "next", `?filter=${filter}`);
  await grid.getByRole("checkbox", { name: "Select the loaded items" }).click();
  await page.getByRole("button", { name: "Select all that the filter finds" }).click();
  await page.getByText("All items of this list").waitFor();
  await page.getByRole("list", { name: "Conditions" }).getByRole("button").last().click();
  await grid.getByRole("gridcell", { name: "Film 1" }).waitFor();
  await page.getByText("1 selected").waitFor();
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
  await grid.getByRole("gridcell", { name: "Film without year" }).waitFor();
  expect(await grid.getByRole("gridcell", { name: /^Film/ }).allTextContents()).toEqual(["Film without year"]);
  await press("Hide");
  await grid.getByRole("columnheader", { name: "year" }).waitFor({ state: "detached" });
});

/** Twenty columns besides the title and the rank. */
async function wide(admin: AdminServer, slug: string): Promise<void> {
  const names = Array.from({ length: 20 }, (_, at) => `c${at + 1}`);
  await admin.send("/api/collections", {
    slug,
    fields: [
      { name: "title", type: "text" },
      ...names.map((name) => ({ name, type: "text" })),
      { name: "rank", type: "integer" },
    ],
  });
  const items = Array.from({ length: 80 }, (_, at) => ({
    title: `Film ${at + 1}`,
    rank: at,
    ...Object.fromEntries(names.map((name) => [name, `${name} of ${at + 1}`])),
  }));
  await admin.send(`/api/items/${slug}`, items);
}

/** The left and right edges of the heads that stay, in the order of the columns. */
const pinnedEdges = (grid: Locator): Promise<[string, number, number][]> =>
  grid.getByRole("columnheader").evaluateAll((heads) =>
    heads
      .filter((head) => getComputedStyle(head).position === "sticky" && head.hasAttribute("aria-colindex"))
      .map((head) => {
        const { left, right } = head.getBoundingClientRect();
        return [head.textContent ?? "", Math.round(left), Math.round(right)];
      }),
  );

suite.test("pinned columns stay, leave half of the table, and are kept by a view", async (admin, { page }) => {
  await page.setViewportSize({ width: 1440, height: 800 });
  await wide(admin, "pins");
  const grid = await open(page, "pins", "?sort=rank");
  for (const column of ["title", "c3"]) {
    await grid.getByRole("button", { name: column, exact: true }).click({ button: "right" });
    await menuOf(page, column).getByRole("button", { name: "Pin to the left" }).click();
  }
  const pinned = await pinnedEdges(grid);
  expect(pinned.map(([name]) => name)).toEqual(["title", "c3"]);
  expect(pinned[1]![1]).toBe(pinned[0]![2]);
  await grid.evaluate((element) => element.scrollTo({ left: 2500 }));
  await grid.getByRole("columnheader", { name: "c18" }).waitFor();
  expect(await pinnedEdges(grid)).toEqual(pinned);
  const cell = grid.getByRole("gridcell", { name: "c3 of 2", exact: true });
  expect(Math.round((await cell.boundingBox())!.x)).toBe(pinned[1]![1]);
  // The active cell is never below those that stay.
  await grid.focus();
  for (const key of ["End", ...Array<string>(12).fill("ArrowLeft")]) await page.keyboard.press(key);
  const active = page.locator(`[id="${await grid.getAttribute("aria-activedescendant")}"]`);
  expect((await active.boundingBox())!.x).toBeGreaterThanOrEqual(pinned[1]![2]);
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Save as a new view…" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Pinned");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Pinned" }).waitFor();
  const { data } = await admin.send<{ data: { options: object }[] }>("/api/views?collection=pins");
  expect(data.map(({ options }) => options)).toEqual([{ pinned: ["title", "c3"] }]);
  await page.getByRole("button", { name: "Columns" }).click();
  for (const column of ["title", "c3"]) await page.getByRole("button", { name: `Unpin ${column}` }).click();
  await requireAccessible(page, "the columns");
  await page.keyboard.press("Escape");
  expect(await pinnedEdges(grid)).toEqual([]);
  await page.getByRole("button", { name: "Pinned" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Pinned" }).click();
  await grid.locator("[role=columnheader][aria-colindex].sticky").nth(1).waitFor();
  await page.setViewportSize({ width: 700, height: 800 });
  await grid.locator("[role=columnheader][aria-colindex].sticky").nth(1).waitFor({ state: "detached" });
  expect((await pinnedEdges(grid)).map(([name]) => name)).toEqual(["title"]);
});

suite.test("rows are compact or tall, and the first one on the screen stays", async (admin, { page }) => {
  await wide(admin, "heights");
  const grid = await open(page, "heights", "?sort=rank");
  const height = async () => (await grid.getByRole("row").nth(1).boundingBox())!.height;
  const choose = async (name: string) => {
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("radio", { name }).click();
    await page.keyboard.press("Escape");
  };
  expect(await height()).toBe(32);
  await grid.evaluate((element) => element.scrollTo({ top: 40 * 32 }));
  await choose("Tall");
  expect(await height()).toBe(52);
  expect(await grid.evaluate((element) => element.scrollTop)).toBe(40 * 52);
  await grid.getByRole("gridcell", { name: "Film 41", exact: true }).waitFor();
  await choose("Compact");
  expect(await grid.evaluate((element) => element.scrollTop)).toBe(40 * 26);
  await page.reload();
  await grid.getByRole("gridcell", { name: "Film 1", exact: true }).waitFor();
  expect(await height()).toBe(26);
});

suite.test("a column is made wider by keys", async (admin, { page }) => {
  await films(admin, "widened", 2);
  const grid = await open(page, "widened");
  const head = grid.getByRole("columnheader", { name: "title" });
  const before = (await head.boundingBox())!.width;
  await head.getByRole("button", { name: "title", exact: true }).focus();
  for (const key of ["Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft"]) await page.keyboard.press(key);
  expect((await head.boundingBox())!.width).toBe(before + 20);
});

suite.test("what is typed in a cell stays when it is scrolled out of sight", async (admin, { page }) => {
  await films(admin, "scrolled", 100);
  const grid = await open(page, "scrolled");
  const scroll = (top: number) => grid.evaluate((element, to) => element.scrollTo({ top: to }), top);
  await grid.focus();
  await page.keyboard.press("F2");
  const editor = grid.getByRole("textbox", { name: "title" });
  await editor.fill("Typed");
  await scroll(100 * 32);
  await grid.getByRole("gridcell", { name: "Film 100", exact: true }).waitFor();
  await grid.getByRole("gridcell", { name: "Film 2", exact: true }).waitFor({ state: "detached" });
  expect(await editor.inputValue()).toBe("Typed");
  await scroll(0);
  await page.keyboard.press("Enter");
  await grid.getByRole("gridcell", { name: "Typed" }).waitFor();
  await saved(grid);
  expect((await stored(admin, "scrolled"))[0]?.title).toBe("Typed");
});

suite.test("links to many items are a column with their names", async (admin, { page }) => {
  await admin.send("/api/collections", { slug: "labels", fields: [{ name: "name", type: "text" }] });
  await admin.send("/api/collections", { slug: "notes", fields: [{ name: "title", type: "text" }] });
  const relation = { type: "relation", required: true } as const;
  await admin.send("/api/collections", {
    slug: "notes_labels",
    fields: [
      { name: "note", to: "notes", ...relation },
      { name: "label", to: "labels", ...relation },
    ],
  });
  const labels = {
    name: "labels",
    type: "relation_many",
    to: "labels",
    through: "notes_labels",
    via: "note",
    target: "label",
  };
  await admin.send("/api/collections/notes", { fields: [{ name: "title", type: "text" }, labels] }, "PATCH");
  const ids: string[] = [];
  for (const name of ["red", "blue"]) ids.push(String((await admin.send("/api/items/labels", { name })).data.id));
  const note = String((await admin.send("/api/items/notes", { title: "Film and paper" })).data.id);
  for (const label of ids) await admin.send("/api/items/notes_labels", { note, label });
  const grid = await open(page, "notes", "?sort=title");
  const cell = grid.getByRole("gridcell", { name: /red/ });
  await cell.waitFor();
  expect((await cell.textContent())?.split(", ").sort()).toEqual(["blue", "red"]);
  // An event of the item does not have them, and takes none away.
  await admin.send(`/api/items/notes/${note}`, { title: "Films" }, "PATCH");
  await grid.getByRole("gridcell", { name: "Films" }).waitFor();
  await cell.waitFor();
});
