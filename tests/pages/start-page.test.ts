import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { startHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import type { Running } from "../matrix/target.ts";
import { BUN_SERVER } from "../support/bun-server.ts";
import { missing, openBrowser, picture, why } from "./browser.ts";
import { keyboardOf } from "./keyboard.ts";

/** The way from a new server to two keys in a real browser, left and taken up again at each of its steps. */

const PASSWORD = "correct horse battery";
const lab = await openLab({ postgres: false });
let server: Running;
let browser: Browser;

beforeAll(async () => {
  if (missing) return;
  server = await startHost({ command: BUN_SERVER, cwd: lab.folder(), env: { ADMIN: "off" } });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await lab.close();
});

async function open(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(server.baseUrl);
  return page;
}

async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel("Email").fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function keysShown(page: Page): Promise<(string | null)[]> {
  await page.getByRole("heading", { name: "Your keys" }).waitFor();
  return Promise.all(["#secret", "#publishable"].map((id) => page.locator(id).textContent()));
}

test.skipIf(missing)(`who leaves between two steps finds the next one again${why}`, async () => {
  const context = await browser.newContext();
  let page = await open(context);
  await picture(page, "1-sign-up");
  await page.goto(`${server.baseUrl}/setup?token=wrong`);
  await picture(page, "setup-refused");
  await page.goto(`${server.baseUrl}/setup?token=${await server.setupToken()}`);
  await picture(page, "setup");
  const { type, press } = keyboardOf(page);
  await type("Name", "Ada");
  await type("Email", "ada@example.com");
  await type("Password", PASSWORD);
  await press("Become operator");
  await page.getByRole("button", { name: "Make two keys" }).waitFor();
  await page.close();

  page = await open(context);
  await picture(page, "2-no-keys");
  await page.getByRole("button", { name: "Make two keys" }).click();
  const [secret, publishable] = await keysShown(page);
  expect(await page.locator("#example").textContent()).toContain(secret!);
  await picture(page, "3-keys");
  for (const [key, kind] of [
    [secret, "secret"],
    [publishable, "publishable"],
  ] as const) {
    const me = await fetch(`${server.baseUrl}/api/me`, { headers: { "x-api-key": key! } });
    expect([kind, me.status, key!.slice(0, 3)]).toEqual([kind, 200, kind === "secret" ? "sk_" : "pk_"]);
  }

  await page.reload();
  expect(await page.content()).not.toContain(secret!);
  expect(await page.locator("#keys li").count()).toBe(2);
  await picture(page, "4-later");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  await context.close();

  page = await open(await browser.newContext());
  await picture(page, "5-sign-in");
  await page.getByRole("link", { name: "Deutsch" }).click();
  await page.getByRole("heading", { name: "Alles läuft." }).waitFor();
  await picture(page, "5-sign-in-de");
  await page.goto(`${server.baseUrl}/setup?lang=fr`);
  await page.getByRole("link", { name: "Vers la page d’accueil" }).waitFor();
  await picture(page, "setup-done-fr");
  await page.goto(`${server.baseUrl}/dev/inbox`);
  await picture(page, "inbox");
  await page.getByRole("link", { name: "Español" }).click();
  await page.getByRole("heading", { name: "Buzón para el desarrollo" }).waitFor();
  await page.goto(server.baseUrl);
  await signIn(page, "wrong horse battery");
  await page.locator(".wrong", { hasText: /password/i }).waitFor();
  await picture(page, "6-refused");
  await signIn(page, PASSWORD);
  await page.getByRole("button", { name: "Make two more keys" }).click();
  expect((await keysShown(page))[0]).toStartWith("sk_live_");
  await page.reload();
  expect(await page.locator("#keys li").count()).toBe(4);
});

test.skipIf(missing)(`an operator signs in, and has an account as users have${why}`, async () => {
  const context = await browser.newContext({ baseURL: server.baseUrl });
  const page = await context.newPage();
  await page.goto("/operator/sign-up");
  await picture(page, "operator-sign-up");
  await page.goto("/operator/second-factor");
  await picture(page, "operator-second-factor");
  await page.goto("/operator/account/security");
  expect(await page.getByRole("link", { name: "Sign up" }).count()).toBe(0);
  await picture(page, "operator-sign-in");
  await signIn(page, PASSWORD);
  await page.getByRole("heading", { name: "Where you are signed in" }).waitFor();
  for (const path of ["/account", "/account/security", "/account/second-factor", "/account/data", "/step-up"]) {
    await page.goto(`/operator${path}`);
    await picture(page, `operator${path.replaceAll("/", "-")}`);
  }
  await context.close();
});
