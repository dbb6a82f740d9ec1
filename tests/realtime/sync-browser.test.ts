import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openLab } from "../matrix/lab.ts";
import { ROOT } from "../matrix/programs.ts";
import { missing, openBrowser, why } from "../pages/browser.ts";
import { type Account, type Server, startServer } from "./support.ts";

/** A React page with TanStack DB: tabs of one browser share a replica, another browser has its own. */

const HTML = `<!doctype html><html lang="en"><meta charset="utf-8"><title>To do</title>
<style>body { font: 16px system-ui; max-width: 30em; margin: 2em auto } li { list-style: none }</style>
<div id="root"></div><script type="module" src="/page.js"></script></html>`;

const lab = await openLab({ postgres: false });
let server: Server & { account: Account };
let browser: Browser;
let pages: Bun.Server<undefined>;
let address: string;

beforeAll(async () => {
  if (missing) return;
  server = await startServer(lab, { CORS_ORIGINS: "*" });
  const fields = [
    { name: "text", type: "text" },
    { name: "done", type: "boolean" },
  ];
  await server.ask("POST", "/api/collections", { slug: "todos", fields });
  const action = ["read", "create", "update", "delete"];
  await server.ask("POST", "/api/permissions", { role: "public", collection: "todos", action });
  const { key } = (await server.ask("POST", "/api/keys", { name: "page", kind: "publishable" })).data;
  const entry = join(ROOT, "packages/client/test/sync/react-page.ts");
  const { outputs } = await Bun.build({
    entrypoints: [entry],
    target: "browser",
    define: { "process.env.NODE_ENV": '"development"' },
  });
  const script = await outputs[0]!.text();
  pages = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) =>
      url.endsWith("/page.js")
        ? new Response(script, { headers: { "content-type": "text/javascript" } })
        : new Response(HTML, { headers: { "content-type": "text/html" } }),
  });
  address = `http://127.0.0.1:${pages.port}/?${new URLSearchParams({ server: server.url, key })}`;
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

async function openTab(context: BrowserContext): Promise<Page> {
  const tab = await context.newPage();
  tab.on("pageerror", (error) => faults.push(String(error)));
  await tab.goto(address);
  return tab;
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

test.skipIf(missing)(`a page works offline, and its tabs and other browsers agree${why}`, async () => {
  const [mine, theirs] = [await browser.newContext(), await browser.newContext()];
  const first = await openTab(mine);
  await is(first, '[data-state="live"][data-leads="true"]');
  const second = await openTab(mine);
  await is(second, '[data-state="live"][data-leads="false"]');
  const other = await openTab(theirs);
  await is(other, '[data-state="live"]');

  await add(second, "a");
  for (const tab of [first, second, other]) await shows(tab, ["a"]);
  await is(second, '[data-queued="0"][data-size="1"]');

  await mine.setOffline(true);
  await add(second, "b");
  await first.locator("li", { hasText: "a" }).locator("input").check();
  for (const tab of [first, second]) await shows(tab, ["a", "b"]);
  await is(second, '[data-queued="2"]');
  await add(other, "c");
  await shows(other, ["a", "c"]);
  if (folder) await second.screenshot({ path: join(folder, "offline.png") });
  // The tab that talked to the server goes; the other one takes over with what waits.
  await first.close();
  await is(second, '[data-leads="true"]');
  await mine.setOffline(false);
  for (const tab of [second, other]) await shows(tab, ["a", "b", "c"]);
  await is(second, '[data-queued="0"][data-state="live"][data-size="3"]');
  expect(await other.locator("li", { hasText: "a" }).locator("input").isChecked()).toBe(true);

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
