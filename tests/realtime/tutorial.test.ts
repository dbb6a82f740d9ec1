import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openLab } from "../matrix/lab.ts";
import { ROOT } from "../matrix/programs.ts";
import { type Account, type Server, startServer } from "./support.ts";

/** The page of docs/tutorial.md, as the tutorial prints it, with two users in a real browser. */

const CHROMIUM = process.env.PLINTH_TEST_CHROMIUM ?? Bun.which("chromium") ?? "";
const missing = !existsSync(CHROMIUM);
const why = missing ? " — no Chromium here (apt-get install chromium, or set PLINTH_TEST_CHROMIUM)" : "";
const PASSWORD = "correct horse battery";

const lab = await openLab({ postgres: false });
let server: Server & { account: Account };
let browser: Browser;
let pages: Bun.Server<undefined>;

/** What `cat > site/… <<'END'` in the tutorial writes. */
function filesOf(tutorial: string): Map<string, string> {
  const files = tutorial.matchAll(/^cat > site\/(\S+) <<'END'\n([\s\S]*?)^END$/gm);
  return new Map([...files].map(([, name, content]) => [`/${name}`, content!]));
}

beforeAll(async () => {
  if (missing) return;
  const tutorial = readFileSync(join(ROOT, "docs/tutorial.md"), "utf8");
  const files = filesOf(tutorial);
  const { outputs } = await Bun.build({ entrypoints: [join(ROOT, "packages/client/src/index.ts")], target: "browser" });
  files.set("/plinth.js", await outputs[0]!.text());
  pages = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const { pathname } = new URL(request.url);
      const content = files.get(pathname === "/" ? "/index.html" : pathname);
      const type = pathname.endsWith(".js") ? "text/javascript" : "text/html";
      return new Response(content, { status: content === undefined ? 404 : 200, headers: { "content-type": type } });
    },
  });
  server = await startServer(lab, { CORS_ORIGINS: pages.url.origin });
  const fields = [
    { name: "text", type: "text", required: true },
    { name: "author", type: "text" },
  ];
  await server.ask("POST", "/api/collections", { slug: "notes", fields });
  for (const [, rule] of tutorial.matchAll(/^rule '(.*)'$/gm)) {
    await server.ask("POST", "/api/permissions", JSON.parse(rule!));
  }
  const { chromium } = await import("playwright-core");
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
});

afterAll(async () => {
  await browser?.close();
  pages?.stop(true);
  await server?.stop();
  await lab.close();
});

async function openAs(email: string, button: "Sign up" | "Sign in", password = PASSWORD): Promise<Page> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.goto(`${pages.url.origin}/?${new URLSearchParams({ server: server.url })}`);
  await tab.fill("[name=email]", email);
  await tab.fill("[name=password]", password);
  await tab.getByRole("button", { name: button }).click();
  return tab;
}

test.skipIf(missing)(`two users sign up, write, and see each other's notes at once${why}`, async () => {
  const ann = await openAs("ann@example.com", "Sign up");
  const ben = await openAs("ben@example.com", "Sign up");
  await ann.fill("#add input", "Water the plants");
  await ann.getByRole("button", { name: "Add" }).click();
  const [hers, his] = [ann, ben].map((tab) => tab.locator("li", { hasText: "Water the plants (ann@example.com)" }));
  await Promise.all([hers!.waitFor(), his!.waitFor()]);
  expect(await his!.getByRole("button").count()).toBe(0);
  await hers!.getByRole("button", { name: "Delete" }).click();
  await Promise.all([hers!.waitFor({ state: "detached" }), his!.waitFor({ state: "detached" })]);

  await ben.reload();
  await ben.locator("#add").waitFor();
  await ben.getByRole("button", { name: "Sign out" }).click();
  await ben.locator("#account").waitFor();
  const wrong = await openAs("ben@example.com", "Sign in", "another password");
  await wrong.locator("#error", { hasText: "password" }).waitFor();
});
