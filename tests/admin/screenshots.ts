/**
 * `npm run -s bun -- tests/admin/screenshots.ts [--only PAGE] [--out FOLDER] [--locale de-DE] [--forced-colors] [--zoom]`: pictures
 * of every state that the admin's pages name, at three widths, light and dark, each from top to bottom, in a folder that it
 * names. `--only` may be given several times. `--forced-colors`: with a contrast theme instead. `--zoom`: at 400 % instead.
 */
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { missing, why } from "../pages/browser.ts";
import { openAdmin } from "./harness.ts";
import { ZOOMED } from "./reflow.ts";
import { fillSample } from "./sample-data.ts";
import { openSample, readSamples, settled } from "./samples.ts";

/** A window with what it is like, and the end of its pictures' names. */
interface Look {
  readonly size: readonly [width: number, height: number];
  readonly media: { readonly colorScheme?: "light" | "dark"; readonly forcedColors?: "active" };
  readonly name: string;
}

const SIZES = [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const;

const LOOKS: readonly Look[] = SIZES.flatMap((size) =>
  (["light", "dark"] as const).map((colorScheme) => ({
    size,
    media: { colorScheme },
    name: `${size[0]}-${colorScheme}`,
  })),
);
const FORCED: readonly Look[] = [{ size: SIZES[0], media: { forcedColors: "active" }, name: "forced-colors" }];
const AT_400_PERCENT: readonly Look[] = [
  { size: [ZOOMED.width, ZOOMED.height], media: { colorScheme: "light" }, name: "zoom" },
];

const MOST_HEIGHT = 3_000;
/** A window as high as all that is in it: bars that stick are at its edge, and panels show their end. */
const HEIGHT = `innerHeight + Math.max(...[document.documentElement, ...document.querySelectorAll("[data-body]")].map(
  ({ scrollHeight, clientHeight }) => scrollHeight - clientHeight,
))`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    out: { type: "string" },
    locale: { type: "string", default: "en-US" },
    "forced-colors": { type: "boolean", default: false },
    zoom: { type: "boolean", default: false },
  },
});
if (missing) throw new Error(`No pictures${why}`);
const looks = options.zoom ? AT_400_PERCENT : options["forced-colors"] ? FORCED : LOOKS;
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
    for (const { size, media, name } of looks) {
      await page.setViewportSize({ width: size[0], height: size[1] });
      await page.emulateMedia(media);
      await settled(page);
      if (!options.zoom) {
        await page.setViewportSize({ width: size[0], height: Math.min(MOST_HEIGHT, await page.evaluate(HEIGHT)) });
        await settled(page);
      }
      const file = `${sample.address.replace(/\W+/g, "-") || "overview"}-${name}.png`;
      await page.screenshot({ path: join(folder, file), fullPage: true, animations: "disabled" });
      taken++;
    }
    console.log(`${sample.address || "overview"}`);
  }
} finally {
  // Errors in the browser's console are told when it closes, with all pictures taken.
  await admin.close().catch((error: unknown) => console.log(String(error)));
  console.log(`${taken} pictures in ${folder}`);
}
