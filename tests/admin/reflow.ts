import { expect } from "bun:test";
import type { Page } from "playwright-core";

/** What WCAG 1.4.10 asks for: at 400 %, each state of the pages can be read and used by scrolling down alone. */

/** The CSS pixels that are left of a window of 1280 × 1024 at 400 %. */
export const ZOOMED = { width: 320, height: 256 };

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

/** In a window of this size nothing is lost, squeezed or covered. */
export async function requireReflow(page: Page): Promise<void> {
  expect(await sideways(page)).toEqual([]);
  expect(await squeezed(page)).toEqual([]);
  expect(await covered(page)).toBeLessThanOrEqual(ZOOMED.height / 2);
}
