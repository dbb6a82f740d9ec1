import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "@plinth/core/testing";
import type { Browser, Page } from "playwright-core";
import { openLab } from "../matrix/lab.ts";
import { ROOT } from "../matrix/programs.ts";
import { missing, openBrowser, why } from "../pages/browser.ts";
import { type Account, type Server, startServer } from "./support.ts";

/** Two tabs edit one list in a real browser; one of them is offline for a while. */

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
    { name: "rank", type: "integer" },
  ];
  await server.ask("POST", "/api/collections", { slug: "todos", fields });
  const columns = [fields[0]!, fields[2]!];
  await server.ask("POST", "/api/collections", { slug: "notes", fields: columns });
  for (const action of ["read", "create", "update", "delete"]) {
    await server.ask("POST", "/api/permissions", { role: "public", collection: "todos", action });
  }
  const { key } = (await server.ask("POST", "/api/keys", { name: "page", kind: "publishable" })).data;
  const page = Bun.file(join(ROOT, "examples/live-list/index.html"));
  const entry = join(import.meta.dirname, "client-scenario.ts");
  const { outputs } = await Bun.build({ entrypoints: [entry], target: "browser" });
  const scenario = await outputs[0]!.text();
  pages = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    routes: { "/client.js": () => new Response(scenario, { headers: { "content-type": "text/javascript" } }) },
    fetch: () => new Response(page),
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

/** A tab of its own network, so that it alone can be offline. */
async function openTab(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 760, height: 620 } });
  const tab = await context.newPage();
  await tab.goto(address);
  await stateIs(tab, "live");
  return tab;
}

const stateIs = (tab: Page, state: string) => tab.locator(`#state[data-state="${state}"]`).waitFor();
const textsOf = (tab: Page): Promise<string[]> =>
  tab.locator("li").evaluateAll((entries) =>
    entries.map((entry) => {
      const [check, text] = entry.querySelectorAll("input");
      return `${check!.checked ? "x" : "-"} ${text!.value}`;
    }),
  );

async function add(tab: Page, text: string): Promise<void> {
  await tab.fill("#text", text);
  await tab.click("#add button");
}

async function shows(tab: Page, texts: string[]): Promise<void> {
  let seen: string[] = [];
  const right = async (): Promise<boolean> => {
    seen = await textsOf(tab);
    return seen.join() === texts.join();
  };
  await until(right, "the list").catch(() => expect(seen).toEqual(texts));
}

test.skipIf(missing)(`two tabs edit one list, one of them offline for a while, and both end equal${why}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-live-list-"));
  const [one, two] = await Promise.all([openTab(), openTab()]);
  await add(one, "Write the log");
  await shows(two, ["- Write the log"]);
  await add(two, "Read the log");
  await shows(one, ["- Write the log", "- Read the log"]);
  await one.locator("li").first().getByRole("checkbox").check();
  await shows(two, ["x Write the log", "- Read the log"]);
  await two.screenshot({ path: join(folder, "1-both-live.png") });

  await two.context().setOffline(true);
  await stateIs(two, "offline");
  await add(two, "Written offline");
  await two.locator("li").nth(1).getByTitle("To the top").click();
  await add(one, "Written online");
  await one.locator("li").first().getByTitle("Delete").click();
  await shows(one, ["- Read the log", "- Written online"]);
  await shows(two, ["- Read the log", "x Write the log", "- Written offline"]);
  await two.screenshot({ path: join(folder, "2-one-offline.png") });

  await two.context().setOffline(false);
  await stateIs(two, "live");
  const end = (await server.ask("GET", "/api/items/todos?sort=rank,id", undefined)).data as { text: string }[];
  expect(end.length).toBeGreaterThanOrEqual(2);
  await until(async () => (await textsOf(one)).length === 3, "the offline tab's entry");
  await until(async () => (await textsOf(one)).join() === (await textsOf(two)).join(), "equal lists");
  const now = (await server.ask("GET", "/api/items/todos?sort=rank,id", undefined)).data as { text: string }[];
  expect(now[0]!.text).toBe("Read the log");
  await shows(
    one,
    now.map(({ text }) => `- ${text}`),
  );
  await shows(
    two,
    now.map(({ text }) => `- ${text}`),
  );
  expect(await two.locator("#foot").textContent()).toBe("3 entries");
  await one.screenshot({ path: join(folder, "3-one-again.png") });
  await two.screenshot({ path: join(folder, "3-two-again.png") });
  console.log(`screenshots in ${folder}`);
});

test.skipIf(missing)(`the list says what is refused, and what may be in the way of an answer${why}`, async () => {
  const tab = await browser.newPage({ viewport: { width: 760, height: 420 } });
  const note = tab.locator("#note");
  const openWith = async (changes: Record<string, string>): Promise<void> => {
    const url = new URL(address);
    for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
    await tab.goto(url.href);
  };
  await openWith({ key: "nope" });
  await stateIs(tab, "refused");
  expect(await note.textContent()).toContain("key");
  await tab.screenshot({ path: join(mkdtempSync(join(tmpdir(), "plinth-live-list-")), "refused.png") });
  // As a server without CORS_ORIGINS answers a preflight.
  const closed = Bun.serve({ port: 0, fetch: () => new Response("no", { status: 405 }) });
  await openWith({ server: closed.url.origin });
  await note.filter({ hasText: "CORS_ORIGINS" }).waitFor();
  expect(await note.textContent()).toContain(new URL(address).origin);
  await closed.stop(true);

  await openWith({});
  await stateIs(tab, "live");
  expect(await note.textContent()).toBe("");
  await add(tab, "x".repeat(1_100_000));
  await note.filter({ hasText: /\w/ }).waitFor();
  await shows(tab, await textsOf(tab).then((texts) => texts.filter((text) => text.length < 1000)));
  await tab.close();
});

for (const transport of ["sse", "websocket"] as const) {
  test.skipIf(missing)(`the client in a browser, from another origin, by ${transport}${why}`, async () => {
    const tab = await browser.newPage();
    await tab.goto(address);
    const call = JSON.stringify([server.url, server.account.secretKey, transport]);
    const run = `import("/client.js").then(({ clientScenario }) => clientScenario(...${call}))`;
    expect(await tab.evaluate(run)).toBe("ok");
    await tab.close();
  });
}
