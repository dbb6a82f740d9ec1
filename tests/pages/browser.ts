import { expect } from "bun:test";
import { existsSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { KEPT_FOLDER } from "../support/kept-folder.ts";

/** Without windows that nobody sees, each page costs a third of the CPU time of a browser's. */
const SHELL = "chromium-headless-shell";
const BROWSER = "chromium";

const found = (...names: string[]): string | undefined =>
  names.map((name) => Bun.which(name)).find((program) => program !== null) ?? undefined;

const CHROMIUM = process.env.PLINTH_TEST_CHROMIUM ?? found(SHELL, BROWSER) ?? "";
/** Tab goes from the last element of a page through the window, and on to the first; without a window it does not. */
const WITH_WINDOW = process.env.PLINTH_TEST_CHROMIUM ?? found(BROWSER, SHELL) ?? "";

/** Whether there is no browser to test with. */
export const missing = !existsSync(CHROMIUM);
export const why = missing ? " — no Chromium here (apt-get install chromium, or set PLINTH_TEST_CHROMIUM)" : "";

/**
 * Features of Chromium that the tests need as little as those that Playwright switches off, whose names stand here too because of two
 * lists the later one counts. Those of the address bar cost each window two processes and half a second of CPU time.
 */
const UNUSED_FEATURES = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "AimEnabled",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "ThirdPartyStoragePartitioning",
  "Translate",
];

export async function openBrowser({ hasWindow = false } = {}): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  const args = ["--no-sandbox", `--disable-features=${UNUSED_FEATURES.join(",")}`];
  return chromium.launch({ executablePath: hasWindow ? WITH_WINDOW : CHROMIUM, args });
}

/** What has not come by then will not: the half minute that Playwright waits is short for a machine with much else to do. */
export const PATIENCE_MS = 120_000;

/** A page that fails the test when it asks another server for anything, or breaks its own policy. */
export async function openPage(browser: Browser, baseUrl: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ baseURL: baseUrl, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(baseUrl) && !request.url().startsWith("data:")) faults.push(request.url());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
  });
  return { context, page, faults };
}

/** Where screenshots go, for people to look at: only with UPDATE_SCREENSHOTS=1, as they take time and prove nothing alone. */
const folder = process.env.UPDATE_SCREENSHOTS === "1" ? mkdtempSync(join(KEPT_FOLDER, "plinth-pages-")) : undefined;
if (folder) console.log(`screenshots in ${folder}`);

/** The largest size of a page, in bytes. */
const MAX_BYTES = 30_000;

/** Wide and narrow, light and dark: what can be checked without eyes, and pictures to be looked at. */
export async function picture(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [width, height] of [
      [1280, 900],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      if (folder) await screenshot(page, join(folder, `${name}-${width}-${colorScheme}.png`));
      const wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
      expect([name, width, wide]).toEqual([name, width, false]);
    }
    await (colorScheme === "light" ? requireAccessible : requireContrast)(page, name);
  }
  await page.emulateMedia({ colorScheme: "light" });
  expect([name, await sizeOf(page)]).toEqual([name, expect.any(Number)]);
  expect(await sizeOf(page)).toBeLessThan(MAX_BYTES);
}

async function screenshot(page: Page, path: string): Promise<void> {
  // What lies below the window is painted for the new width only then.
  await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
  await page.screenshot({ path, fullPage: true });
}

const sizeOf = (page: Page): Promise<number> =>
  page.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize");

const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The only rules of these whose result depends on the colour scheme. */
const COLOURS = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
const runAxe = (within: string, runOnly: unknown) =>
  `axe.run(${within}, ${JSON.stringify({ runOnly, resultTypes: ["violations"] })}).then(({ violations }) => violations)`;

/** Colours in the middle of a change are nobody's choice. Endless animations are left out. */
const ENDED = `Promise.all(document.getAnimations()
  .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity && one.playState === "running")
  .map((one) => one.finished.catch(() => {}))).then(() => {})`;

/** No rule of WCAG 2.2 AA that axe-core knows is broken, on the whole page or in the element of a selector. */
export const requireAccessible = (page: Page, name: string, selector?: string): Promise<void> =>
  requireRules(page, name, LEVELS, selector);

/** The same for the rules about colours, which a page has to keep in its other colour scheme too. */
export const requireContrast = (page: Page, name: string, selector?: string): Promise<void> =>
  requireRules(page, name, COLOURS, selector);

async function requireRules(page: Page, name: string, rules: unknown, selector?: string): Promise<void> {
  // As a function of the page's own world: its policy lets no script in.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
  await page.evaluate(ENDED);
  const found = (await page.evaluate(
    runAxe(selector === undefined ? "document" : JSON.stringify(selector), rules),
  )) as axe.Result[];
  const violations = found.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
  expect([name, violations]).toEqual([name, []]);
}

/** How far parts of the page have moved while it loaded ("cumulative layout shift"). */
export const layoutShift = (page: Page): Promise<number> =>
  page.evaluate(`new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
      .observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
  })`);
