import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { missing, openBrowser, openPage, requireAccessible, requireContrast, why } from "../pages/browser.ts";
import { KEPT_FOLDER } from "../support/kept-folder.ts";
import { startGallery } from "./gallery.ts";

const browserTest = test.skipIf(missing);
let browser: Browser;
let gallery: Awaited<ReturnType<typeof startGallery>>;

/** For people to look at, as in tests/pages. */
const pictures = process.env.UPDATE_SCREENSHOTS === "1" ? mkdtempSync(join(KEPT_FOLDER, "plinth-kit-")) : undefined;
if (pictures) console.log(`screenshots in ${pictures}`);

beforeAll(async () => {
  if (missing) return;
  [browser, gallery] = await Promise.all([openBrowser(), startGallery()]);
});
afterAll(async () => {
  await browser?.close();
  await gallery?.stop();
});

/** A page without one complaint of React, the browser or the policy when the work is done. */
async function withGallery(options: BrowserContextOptions, work: (page: Page) => Promise<void>): Promise<void> {
  const { context, page, faults } = await openPage(browser, gallery.url, options);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(message.text());
  });
  await page.goto("/admin/gallery.html");
  await page.getByRole("heading", { name: "Kit" }).waitFor();
  await work(page);
  expect(faults).toEqual([]);
  await context.close();
}

/** Resolves when nothing moves any more, except what moves without end. */
const SETTLED = `Promise.allSettled(document.getAnimations()
  .filter((animation) => animation.effect.getTiming().iterations !== Infinity)
  .map((animation) => animation.finished))`;

/**
 * A menu or list that is open is looked at alone: it lies above the page and outside of its landmarks, and holds the
 * focus, so that rules about the rest of the page say nothing then.
 */
async function look(page: Page, name: string, selector?: string): Promise<void> {
  await page.evaluate(SETTLED);
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: name.startsWith("all") });
  const wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
  expect([name, wide]).toEqual([name, false]);
  // Of the rules about colours alone the result depends on the scheme.
  await (name.endsWith("light") ? requireAccessible : requireContrast)(page, name, selector);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const [width, height] of [
    [1280, 900],
    [390, 844],
  ] as const) {
    const options = { colorScheme, viewport: { width, height } };
    const name = `${width}-${colorScheme}`;

    browserTest(`all parts are accessible, ${width} px, ${colorScheme}${why}`, () =>
      withGallery(options, (page) => look(page, `all-${name}`)),
    );

    browserTest(`what opens is accessible, ${width} px, ${colorScheme}${why}`, () =>
      withGallery(options, async (page) => {
        for (const overlay of ["Dialog", "Confirm", "Sheet", "Popover", "More"]) {
          await page.getByRole("button", { name: overlay, exact: true }).click();
          await look(page, `${overlay}-${name}`, overlay === "More" ? "[role=menu]" : undefined);
          await page.keyboard.press("Escape");
        }
        for (const field of ["Type", "Customer (5,000)", "Author (searched)"]) {
          await page.getByLabel(field).first().click();
          await page.getByRole("option").first().waitFor();
          await look(page, `${field.split(" ")[0]}-${name}`, "[role=listbox]");
          await page.keyboard.press("Escape");
        }
        await page.getByRole("button", { name: "Undo", exact: true }).click();
        await page.getByText("12 items deleted").waitFor();
        await look(page, `Toast-${name}`);
      }),
    );
  }
}
