import { expect } from "bun:test";
import type { Page } from "playwright-core";
import type { SampleNames } from "../../apps/admin/src/app/sample-data.ts";
import { withAdmin } from "./harness.ts";
import { fillSample } from "./sample-data.ts";
import { openSample, readSamples, settled } from "./samples.ts";

/**
 * A window of 1280 × 1024 at 400 % has 320 × 256 CSS pixels left: there each state of the pages can be read and used by scrolling
 * down alone (WCAG 1.4.10). With a contrast theme, what is focused or switched on can be told apart.
 */

const WINDOW = { width: 320, height: 256 };

const samples = await readSamples();
const suite = await withAdmin();
let names: Promise<SampleNames> | undefined;

/** Where a thing has two dimensions of its own, WCAG lets it scroll in both: tables, code, boards and calendars. */
const TWO_DIMENSIONS = "table, [role=grid], [role=table], pre, .cm-editor, [data-lanes]";

/** What is wider than the window or its own frame, and can be reached only by scrolling sideways. */
const sideways = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth;
    const isExcepted = (element) => element.closest(${JSON.stringify(TWO_DIMENSIONS)}) || element.querySelector(":scope > :is(${TWO_DIMENSIONS})");
    const wide = [...document.querySelectorAll("body *")].filter((element) => scrolls(element) && !isExcepted(element));
    const page = document.documentElement;
    return [...(page.scrollWidth > innerWidth ? ["the page"] : []), ...wide.map((element) => element.outerHTML.slice(0, 160))];
  })()`);

/** What shows items or fields, and has no height left to show one. */
const squeezed = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll("[data-lanes], [role=grid], [data-body]")]
    .filter((element) => element.clientHeight < 96 && element.scrollHeight > element.clientHeight + 1)
    .map((element) => element.outerHTML.slice(0, 160))`);

/** CSS pixels of the window's height in which what stays in place covers what scrolls, after some scrolling. Dialogs scroll in themselves. */
const covered = (page: Page): Promise<number> =>
  page.evaluate(`(() => {
    scrollTo(0, 120);
    const stays = ({ position }) => position === "fixed" || position === "sticky";
    const bars = [...document.querySelectorAll("body *")].filter((element) =>
      stays(getComputedStyle(element)) && !element.closest("[role=dialog], [role=alertdialog], [aria-hidden=true]"));
    const rows = new Set();
    for (const bar of bars) {
      const { top, bottom, width } = bar.getBoundingClientRect();
      if (width < innerWidth / 2) continue;
      for (let y = Math.max(0, Math.round(top)); y < Math.min(innerHeight, Math.round(bottom)); y++) rows.add(y);
    }
    return rows.size;
  })()`);

for (const sample of samples) {
  suite.test(
    `/${sample.address} at 400 %`,
    async (admin, { page }) => {
      names ??= fillSample(admin);
      await openSample(page, sample, await names);
      expect(await sideways(page)).toEqual([]);
      expect(await squeezed(page)).toEqual([]);
      expect(await covered(page)).toBeLessThanOrEqual(WINDOW.height / 2);
    },
    { viewport: WINDOW },
  );
}

/** How the edge of an element looks: what a contrast theme does not replace by one colour. */
const edge = (page: Page, selector: string): Promise<string> =>
  page
    .locator(selector)
    .first()
    .evaluate((element: unknown) => {
      const style = (
        globalThis as unknown as { getComputedStyle(of: unknown): Record<string, string> }
      ).getComputedStyle(element);
      return [
        style.outlineStyle,
        style.outlineWidth,
        style.outlineColor,
        style.borderColor,
        style.backgroundColor,
      ].join(" ");
    });

suite.test(
  "with a contrast theme, the focus and what is switched on are seen",
  async (_, { page }) => {
    await page.goto("/admin/t/default/sql");
    const writes = page.getByRole("switch", { name: "Allow writing" });
    await writes.waitFor();
    const off = await edge(page, "[role=switch]");
    await writes.click();
    await page.locator("h1").click();
    await settled(page);
    const on = await edge(page, "[role=switch]");
    expect(on).not.toBe(off);
    await writes.focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Shift+Tab");
    const focused = await edge(page, "[role=switch]");
    expect(focused).not.toBe(on);
    expect(focused).toContain("solid 2px");

    await page.goto("/admin/t/default/users/new");
    const box = page.getByRole("checkbox").first();
    await box.waitFor();
    const unchecked = await edge(page, "[role=checkbox]");
    await box.click();
    await page.locator("h1").click();
    expect(await edge(page, "[role=checkbox]")).not.toBe(unchecked);
  },
  { forcedColors: "active" },
);
