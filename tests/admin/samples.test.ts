import { expect } from "bun:test";
import type { SampleNames } from "../../apps/admin/src/app/sample-data.ts";
import { requireAccessible, requireContrast } from "../pages/browser.ts";
import { withAdmin } from "./harness.ts";
import { requireReflow, ZOOMED } from "./reflow.ts";
import { fillSample } from "./sample-data.ts";
import { openSample, readSamples, settled } from "./samples.ts";

/**
 * Every state that a page names: no rule of WCAG 2.2 AA that axe-core knows is broken, light and dark; nothing is wider than
 * the window, from a telephone's on; and all of it can be read at 400 %.
 */

/** What does not fit beside its edges: the page, and panels and dialogs above it. */
const WIDER = `[document.documentElement, ...document.querySelectorAll("[data-body]")]
  .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
  .map((element) => element.tagName + ": " + element.textContent.slice(0, 80))`;

/** Each rule at both widths and in both schemes. */
const LOOKS = [
  { width: 1440, height: 900, schemes: ["dark", "light"] },
  { width: 390, height: 844, schemes: ["light", "dark"] },
] as const;

const samples = await readSamples();
const suite = await withAdmin();
let names: Promise<SampleNames> | undefined;

for (const sample of samples) {
  suite.test(
    `/${sample.address}`,
    async (admin, { page }) => {
      names ??= fillSample(admin);
      await page.setViewportSize(LOOKS[0]);
      await openSample(page, sample, await names);
      for (const { schemes, ...viewport } of LOOKS) {
        const [other, scheme] = schemes;
        const name = `${sample.address} ${viewport.width}`;
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme: other });
        await settled(page);
        await requireContrast(page, `${name} ${other}`);
        await page.emulateMedia({ colorScheme: scheme });
        await settled(page);
        await requireAccessible(page, `${name} ${scheme}`);
        expect([name, await page.evaluate(WIDER)]).toEqual([name, []]);
      }
      await page.setViewportSize(ZOOMED);
      await settled(page);
      await requireReflow(page);
    },
    { keep: true },
  );
}
