/**
 * `npm run -s bun -- tests/admin/screenshots.ts [--only PAGE] [--out FOLDER] [--locale de-DE]`: pictures of every state that the
 * admin's pages name, at three widths, light and dark, in a folder that it names.
 */
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { missing, why } from "../pages/browser.ts";
import { openAdmin } from "./harness.ts";
import { fillSample } from "./sample-data.ts";
import { openSample, readSamples, settled } from "./samples.ts";

const WIDTHS = [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const;
const SCHEMES = ["light", "dark"] as const;

const { values: options } = parseArgs({
  options: { only: { type: "string" }, out: { type: "string" }, locale: { type: "string", default: "en-US" } },
});
if (missing) throw new Error(`No pictures${why}`);
const folder = options.out ?? mkdtempSync(join(tmpdir(), "plinth-screenshots-"));
mkdirSync(folder, { recursive: true });

const samples = await readSamples(options.only);
const admin = await openAdmin();
let taken = 0;
try {
  const names = await fillSample(admin);
  const { page } = await admin.tab({ locale: options.locale });
  for (const sample of samples) {
    await openSample(page, sample, names);
    for (const [width, height] of WIDTHS) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        await settled(page);
        const name = `${sample.address.replace(/\W+/g, "-") || "overview"}-${width}-${colorScheme}.png`;
        await page.screenshot({ path: join(folder, name) });
        taken++;
      }
    }
    console.log(`${sample.address || "overview"}`);
  }
} finally {
  // Errors in the browser's console are told when it closes, with all pictures taken.
  await admin.close().catch((error: unknown) => console.log(String(error)));
  console.log(`${taken} pictures in ${folder}`);
}
