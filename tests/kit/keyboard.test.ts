import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { missing, openBrowser, openPage, why } from "../pages/browser.ts";
import { startGallery } from "./gallery.ts";

const browserTest = test.skipIf(missing);
let browser: Browser;
let gallery: Awaited<ReturnType<typeof startGallery>>;

beforeAll(async () => {
  if (missing) return;
  [browser, gallery] = await Promise.all([openBrowser(), startGallery()]);
});
afterAll(async () => {
  await browser?.close();
  await gallery?.stop();
});

async function withPage(work: (page: Page) => Promise<void>): Promise<void> {
  const { context, page, faults } = await openPage(browser, gallery.url, { viewport: { width: 1280, height: 900 } });
  await page.goto("/admin/gallery.html");
  await page.getByRole("heading", { name: "Kit" }).waitFor();
  await work(page);
  expect(faults).toEqual([]);
  await context.close();
}

browserTest(`one of 5,000 choices is found and chosen by keys${why}`, () =>
  withPage(async (page) => {
    const field = page.getByLabel("Customer (5,000)");
    await field.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("option", { name: "Customer 0", exact: true }).waitFor();
    expect(await page.getByRole("option").count()).toBeLessThan(60);
    await page.keyboard.type("4999");
    await page.getByRole("option", { name: "Customer 4999" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("listbox").waitFor({ state: "detached" });
    expect(await field.textContent()).toBe("Customer 4999");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Customer 4999");
  }),
);

browserTest(`a dangerous question wants its text typed, and Escape means no${why}`, () =>
  withPage(async (page) => {
    const ask = page.getByRole("button", { name: "Confirm", exact: true });
    await ask.click();
    const button = page.getByRole("alertdialog").getByRole("button", { name: "Delete" });
    expect(await button.isDisabled()).toBe(true);
    await page.keyboard.press("Escape");
    await page.getByText("Cancelled").waitFor();
    await ask.click();
    await page.getByLabel("Type posts to confirm").fill("posts");
    await page.keyboard.press("Enter");
    await page.getByText("Confirmed").waitFor();
  }),
);

browserTest(`rows of a table are reached, selected and opened by keys${why}`, () =>
  withPage(async (page) => {
    const table = page.getByRole("grid", { name: "People", exact: true });
    const selected = () => table.locator("tbody tr[aria-selected=true]").count();
    await table.locator("tbody tr").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.locator('tr[data-index="1"]:focus').waitFor();
    expect(await selected()).toBe(1);
    await page.keyboard.press("Space");
    expect(await selected()).toBe(0);
    await page.keyboard.press("Space");
    await page.keyboard.press("End");
    await page.locator('tr[data-index="5"]:focus').waitFor();
    await page.keyboard.press("Shift+Space");
    expect(await selected()).toBe(5);
    await page.keyboard.press("Control+a");
    expect(await selected()).toBe(6);
    await page.keyboard.press("Enter");
    await page.getByText("Person 5").last().waitFor();
    await table.getByRole("checkbox", { name: "All rows" }).click();
    expect(await selected()).toBe(0);
  }),
);

browserTest(`a table of 3,000 rows keeps few of them in the page, and keys reach the last${why}`, () =>
  withPage(async (page) => {
    const table = page.getByRole("grid", { name: "3,000 people" });
    await table.locator("tbody tr[data-index]").first().focus();
    expect(await table.locator("tbody tr").count()).toBeLessThan(80);
    await page.keyboard.press("End");
    await page.locator('tr[data-index="2999"]:focus').waitFor();
    expect(await table.locator("tbody tr").count()).toBeLessThan(80);
    const sort = table.getByRole("button", { name: "Items" });
    await sort.click();
    await table.locator('tr[data-index="0"]').waitFor();
    await table.locator("tbody tr[tabindex='0']").focus();
    await page.keyboard.press("Home");
    const first = table.locator('tr[data-index="0"]:focus td').nth(2);
    expect(await first.textContent()).toBe("Items0");
    await sort.click();
    await table.locator('tr[data-index="0"] td').nth(2).getByText("100").waitFor();
    await table.locator("tbody tr[tabindex='0']").focus();
    await page.keyboard.press("End");
    await page.locator('tr[data-index="2999"]:focus').waitFor();
    expect(await table.locator('tr[data-index="2999"] td').nth(2).textContent()).toBe("Items–");
  }),
);
