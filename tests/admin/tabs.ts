import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { PATIENCE_MS } from "../pages/browser.ts";

/** A page of the admin in a browser context of its own. */
export interface AdminTab {
  readonly page: Page;
  readonly context: BrowserContext;
  /**
   * Errors that the browser may report, because the test causes them: a part of their text, such as `412`. All others
   * fail the test.
   */
  allow(...texts: readonly string[]): void;
}

export interface Tab extends AdminTab {
  /** What nobody has allowed. */
  faults(): string[];
  /**
   * Makes it like new: no cookie but the first ones, nothing stored, no listener or route of a test. The process of a new one would
   * read and compile the admin again.
   */
  reset(): Promise<void>;
}

const EVENTS = ["console", "dialog", "download", "filechooser", "pageerror", "request", "response", "requestfailed"];
/** A document of the same origin without scripts: the page keeps its process. */
const BLANK = "/health";
const CLEAR = `(async () => {
  localStorage.clear();
  sessionStorage.clear();
  const databases = await indexedDB.databases();
  await Promise.all(databases.map(({ name }) => new Promise((resolve, reject) => {
    Object.assign(indexedDB.deleteDatabase(name), { onsuccess: resolve, onerror: reject });
  })));
})()`;

/** Those with which a tab begins. */
export type Cookies = Parameters<BrowserContext["addCookies"]>[0];

export async function openTab(
  browser: Browser,
  baseUrl: string,
  cookies: Cookies,
  options: BrowserContextOptions,
): Promise<Tab> {
  const context = await browser.newContext({ baseURL: baseUrl, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addCookies(cookies);
  const page = await context.newPage();
  const size = page.viewportSize();
  const found: string[] = [];
  const allowed: string[] = [];
  const listen = () => {
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(baseUrl) && !/^(data|blob):/.test(url)) found.push(`a request to ${url}`);
    });
    page.on("pageerror", (error) => found.push(String(error.stack ?? error)));
    page.on("console", (message) => {
      if (message.type() === "error") found.push(`${message.text()} (${message.location().url})`);
    });
  };
  listen();
  return {
    page,
    context,
    allow: (...texts) => void allowed.push(...texts),
    faults: () => found.filter((fault) => !allowed.some((text) => fault.includes(text))),
    async reset() {
      for (const other of context.pages()) if (other !== page) await other.close();
      for (const event of EVENTS) page.removeAllListeners(event);
      await Promise.all([page, context].map((one) => one.unrouteAll({ behavior: "ignoreErrors" })));
      await page.goto(BLANK);
      await page.evaluate(CLEAR);
      await context.clearCookies();
      await context.addCookies(cookies);
      await context.clearPermissions();
      await page.emulateMedia({
        colorScheme: null,
        reducedMotion: null,
        forcedColors: null,
        contrast: null,
        media: null,
      });
      if (size) await page.setViewportSize(size);
      found.length = 0;
      allowed.length = 0;
      listen();
    },
  };
}
