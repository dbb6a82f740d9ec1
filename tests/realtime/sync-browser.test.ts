import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { buildModules } from "../../scripts/build/client.ts";
import { openLab } from "../matrix/lab.ts";
import { ROOT } from "../matrix/programs.ts";
import { missing, openBrowser, why } from "../pages/browser.ts";
import { bundleApp } from "./bundle-app.ts";
import { type Account, type Server, startServer } from "./support.ts";

/** The pages of examples/offline-list, as they are: tabs of one browser share a replica, another browser has its own. */

const EXAMPLE = join(ROOT, "examples/offline-list");

const lab = await openLab({ postgres: false });
let server: Server & { account: Account };
let browser: Browser;
let pages: Bun.Server<undefined>;
/** Of a page of the example. */
let addressOf: (page: "index.html" | "react.html") => string;

beforeAll(async () => {
  if (missing) return;
  server = await startServer(lab, { CORS_ORIGINS: "*" });
  const fields = [
    { name: "text", type: "text", required: true },
    { name: "done", type: "boolean" },
  ];
  await server.ask("POST", "/api/collections", { slug: "todos", fields });
  const action = ["read", "create", "update", "delete"];
  await server.ask("POST", "/api/permissions", { role: "public", collection: "todos", action });
  const { key } = (await server.ask("POST", "/api/keys", { name: "page", kind: "publishable" })).data;
  const site = lab.folder();
  cpSync(EXAMPLE, site, { recursive: true });
  await buildModules(site);
  writeFileSync(join(site, "built.js"), await bundleApp(join(site, "react.jsx")));
  pages = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch({ url }) {
      const file = join(site, new URL(url).pathname);
      return existsSync(file) ? new Response(Bun.file(file)) : new Response(null, { status: 404 });
    },
  });
  const asked = new URLSearchParams({ server: server.url, key });
  addressOf = (page) => `${pages.url.origin}/${page}?${asked}`;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  pages?.stop(true);
  await server?.stop();
  await lab.close();
});

const faults: string[] = [];

/** For people to look at. */
const folder = process.env.UPDATE_SCREENSHOTS === "1" ? mkdtempSync(join(tmpdir(), "plinth-sync-")) : undefined;
if (folder) console.log(`screenshots in ${folder}`);

async function openTab(context: BrowserContext, page: Parameters<typeof addressOf>[0]): Promise<Page> {
  const tab = await context.newPage();
  tab.on("pageerror", (error) => faults.push(String(error)));
  await tab.goto(addressOf(page));
  return tab;
}

async function picture(tab: Page, name: string): Promise<void> {
  if (folder) await tab.screenshot({ path: join(folder, `${name}.png`) });
}

const is = (tab: Page, attributes: string) => tab.locator(`#page${attributes}`).waitFor();
const shows = (tab: Page, texts: string[]) =>
  tab.waitForFunction(
    (wanted) => [...document.querySelectorAll("li")].map((li) => li.textContent!.trim()).join() === wanted,
    texts.join(),
  );

async function add(tab: Page, text: string): Promise<void> {
  await tab.fill("#text", text);
  await tab.press("#text", "Enter");
}

test.skipIf(missing)(`a plain page and a React page work offline, and tabs and browsers agree${why}`, async () => {
  const [mine, theirs] = [await browser.newContext(), await browser.newContext()];
  const first = await openTab(mine, "index.html");
  await is(first, '[data-state="live"][data-leads="true"]');
  const second = await openTab(mine, "react.html");
  await is(second, '[data-state="live"][data-leads="false"]');
  const other = await openTab(theirs, "index.html");
  await is(other, '[data-state="live"]');

  await add(second, "a");
  for (const tab of [first, second, other]) await shows(tab, ["a"]);
  await is(second, '[data-queued="0"][data-size="1"]');

  await mine.setOffline(true);
  await add(second, "b");
  await first.locator("li", { hasText: "a" }).locator("input").check();
  for (const tab of [first, second]) await shows(tab, ["a", "b"]);
  await is(second, '[data-queued="2"]');
  await picture(first, "plain-offline");
  await picture(second, "react-offline");
  await add(other, "c");
  await shows(other, ["a", "c"]);
  // The tab that talked to the server goes; the other one takes over with what waits.
  await first.close();
  await is(second, '[data-leads="true"]');
  await mine.setOffline(false);
  for (const tab of [second, other]) await shows(tab, ["a", "b", "c"]);
  await is(second, '[data-queued="0"][data-state="live"][data-size="3"]');
  expect(await other.locator("li", { hasText: "a" }).locator("input").isChecked()).toBe(true);

  await picture(other, "plain-online");
  await picture(second, "react-online");
  // What is stored is there at the next start, before the server answers.
  await theirs.route("**/api/**", (route) => route.abort());
  await other.reload();
  await shows(other, ["a", "b", "c"]);
  await is(other, '[data-state="connecting"]');
  const { data } = await server.ask("GET", "/api/items/todos?sort=text&fields=text,done");
  expect(data.map(({ text, done }: { text: string; done: boolean }) => [text, done])).toEqual([
    ["a", true],
    ["b", false],
    ["c", false],
  ]);
  expect(faults).toEqual([]);
});
