import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openLab } from "../matrix/lab.ts";
import { ROOT } from "../matrix/programs.ts";
import { missing, openBrowser, why } from "../pages/browser.ts";
import { bundleApp } from "./bundle-app.ts";
import { type Account, type Server, startServer } from "./support.ts";

/** The pages of docs/tutorial.md and docs/client-react.md, as these print them, with two users in a real browser. */

const PASSWORD = "correct horse battery";

const lab = await openLab({ postgres: false });
let server: Server & { account: Account };
let browser: Browser;
let pages: Bun.Server<undefined>;

/** What `cat > site/… <<'END'` in a page writes. */
function filesOf(page: string, folder: string): Map<string, string> {
  const files = readFileSync(join(ROOT, "docs", page), "utf8").matchAll(
    /^cat > (\w+)\/(\S+) <<'END'\n([\s\S]*?)^END$/gm,
  );
  return new Map([...files].flatMap(([, place, name, content]) => (place === folder ? [[name!, content!]] : [])));
}

beforeAll(async () => {
  if (missing) return;
  const tutorial = readFileSync(join(ROOT, "docs/tutorial.md"), "utf8");
  const plain = filesOf("tutorial.md", "site");
  plain.set("plinth.js", await bundleApp(join(ROOT, "packages/client/src/index.ts")));
  const react = filesOf("client-react.md", "app");
  const main = join(lab.folder(), "main.jsx");
  writeFileSync(main, react.get("main.jsx")!);
  react.set("built.js", await bundleApp(main));
  const apps: Record<string, Map<string, string>> = { plain, react };
  pages = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const { pathname } = new URL(request.url);
      const [, app = "", file] = pathname.split("/");
      const content = apps[app]?.get(file || "index.html");
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
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  pages?.stop(true);
  await server?.stop();
  await lab.close();
});

async function openAs(app: string, email: string, button: "Sign up" | "Sign in", password = PASSWORD): Promise<Page> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.goto(`${pages.url.origin}/${app}/?${new URLSearchParams({ server: server.url })}`);
  await tab.fill("[name=email]", email);
  await tab.fill("[name=password]", password);
  await tab.getByRole("button", { name: button }).click();
  return tab;
}

test.skipIf(missing).each(["plain", "react"])(
  `two users sign up, write, and see each other's notes at once: %s${why}`,
  async (app) => {
    const [hers, his] = [`ann@${app}.test`, `ben@${app}.test`];
    const ann = await openAs(app, hers, "Sign up");
    const ben = await openAs(app, his, "Sign up");
    await ann.fill("[name=text]", "Water the plants");
    await ann.getByRole("button", { name: "Add" }).click();
    const text = `Water the plants (${hers})`;
    const [written, seen] = [ann, ben].map((tab) => tab.locator("li", { hasText: text }));
    await Promise.all([written!.waitFor(), seen!.waitFor()]);
    expect(await seen!.getByRole("button").count()).toBe(0);
    await written!.getByRole("button", { name: "Delete" }).click();
    await Promise.all([written!.waitFor({ state: "detached" }), seen!.waitFor({ state: "detached" })]);

    await ben.reload();
    await ben.locator("[name=text]").waitFor();
    await ben.getByRole("button", { name: "Sign out" }).click();
    await ben.locator("[name=email]").waitFor();
    const wrong = await openAs(app, his, "Sign in", "another password");
    await wrong.locator("[role=alert]", { hasText: "password" }).waitFor();
  },
);
