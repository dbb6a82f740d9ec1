import { expect } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { films, open, stored } from "./films.ts";
import { type AdminServer, withAdmin } from "./harness.ts";

/** Many items that were chosen one by one, and what becomes of them. */

const suite = await withAdmin();

/** Chooses all items of the list one by one, as far as the server is concerned. */
async function chooseEach(page: Page, grid: Locator, count: number): Promise<void> {
  await grid.getByRole("row").nth(1).getByRole("checkbox").click();
  const toEnd = () => grid.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
  while (await page.getByText("more follow").isVisible()) await toEnd();
  await toEnd();
  const last = grid
    .getByRole("row")
    .and(page.locator(`[aria-rowindex='${count + 1}']`))
    .getByRole("checkbox");
  await last.click({ modifiers: ["Shift"] });
  await page.getByText(`${count} selected`).waitFor();
}

async function typeTitle(page: Page, title: string): Promise<Locator> {
  await page.getByRole("button", { name: "Change a field" }).click();
  const dialog = page.getByRole("dialog", { name: "Change a field" });
  await dialog.getByRole("combobox", { name: "Field" }).click();
  await page.getByRole("option", { name: "title" }).click();
  await dialog.getByLabel("Value").fill(title);
  return dialog;
}

async function titled(admin: AdminServer, slug: string, title: string): Promise<number> {
  const filter = encodeURIComponent(JSON.stringify({ title: { _eq: { $literal: title } } }));
  return (await stored(admin, slug, `filter=${filter}&limit=1000`)).length;
}

suite.test(
  "hundreds of items that were chosen one by one are changed, and one undo takes it back",
  async (admin, { page }) => {
    await films(admin, "many", 620);
    const grid = await open(page, "many");
    await chooseEach(page, grid, 620);
    const dialog = await typeTitle(page, "$now");
    await dialog.getByRole("button", { name: "Change 620 items" }).click();
    await page.getByText("620 items changed").waitFor();
    expect(await titled(admin, "many", "$now")).toBe(620);
    await grid.getByRole("gridcell", { name: "$now" }).first().waitFor();
    await grid.focus();
    await page.keyboard.press("Control+z");
    await page.getByText("Undone").waitFor();
    expect(await titled(admin, "many", "$now")).toBe(0);
  },
);

suite.test("where one of several requests fails, what was changed is said, and can be undone", async (admin, tab) => {
  const { page } = tab;
  tab.allow("500", "ERR_FAILED");
  await films(admin, "parts", 620);
  const grid = await open(page, "parts");
  await chooseEach(page, grid, 620);
  let sent = 0;
  let end: "refused" | "lost" = "refused";
  await page.route(/items\/parts\?.*dry_run=false/, (route) => {
    sent++;
    if (sent < 3) return route.continue();
    return end === "refused" ? route.fulfill({ status: 500, body: "{}" }) : route.abort();
  });
  const dialog = await typeTitle(page, "Late");
  await dialog.getByRole("button", { name: "Change 620 items" }).click();
  await page.getByText("400 items changed, then it stopped").waitFor();
  expect(await titled(admin, "parts", "Late")).toBe(400);
  // The rest is still chosen.
  [sent, end] = [1, "lost"];
  await dialog.getByRole("button", { name: "Change 220 items" }).click();
  await page.getByText("200 items changed, then it stopped").waitFor();
  await page.getByText("It is not known whether 20 more items were changed").waitFor();
  expect([sent, await titled(admin, "parts", "Late")]).toEqual([3, 600]);
  await page.keyboard.press("Escape");
  const offered = (title: string) =>
    page.locator("[data-sonner-toast]", { hasText: title }).getByRole("button", { name: "Undo" });
  await offered("200 items changed").click();
  await page.getByText("Undone").waitFor();
  await offered("400 items changed").click();
  await page.getByText("Undone").nth(1).waitFor();
  expect(await titled(admin, "parts", "Late")).toBe(0);
});
