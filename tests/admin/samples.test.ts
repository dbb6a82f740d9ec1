import { expect } from "bun:test";
import type { SampleNames } from "../../apps/admin/src/app/sample-data.ts";
import { requireAccessible } from "../pages/browser.ts";
import { withAdmin } from "./harness.ts";
import { fillSample } from "./sample-data.ts";
import { openSample, readSamples, settled } from "./samples.ts";

/**
 * Every state that a page names: no rule of WCAG 2.2 AA that axe-core knows is broken, light and dark, and nothing is wider
 * than the window, from a telephone's on.
 */

/** What does not fit beside its edges: the page, and panels and dialogs above it. */
const WIDER = `[document.documentElement, ...document.querySelectorAll("[data-body]")]
  .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
  .map((element) => element.tagName + ": " + element.textContent.slice(0, 80))`;

const samples = await readSamples();
const suite = await withAdmin();
let names: Promise<SampleNames> | undefined;

for (const sample of samples) {
  suite.test(`/${sample.address}`, async (admin, { page }) => {
    names ??= fillSample(admin);
    await openSample(page, sample, await names);
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await settled(page);
        await requireAccessible(page, `${sample.address} ${width} ${colorScheme}`);
      }
      expect([width, await page.evaluate(WIDER)]).toEqual([width, []]);
    }
  });
}
