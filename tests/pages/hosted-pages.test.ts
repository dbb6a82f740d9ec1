import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { openLab } from "../matrix/lab.ts";
import type { Running } from "../matrix/target.ts";
import { startBun } from "../matrix/targets/bun.ts";
import { layoutShift, missing, openBrowser, openPage, picture, why } from "./browser.ts";

/** What an app's users do on the hosted pages, in a real browser; mails are read in the inbox for development. */

const PASSWORD = "correct horse battery";
const lab = await openLab({ postgres: false });
let server: Running;
let browser: Browser;

beforeAll(async () => {
  if (missing) return;
  server = await startBun(lab, {});
  browser = await openBrowser();
  await send("/api/auth/sign-up/email", account("operator@example.com"), {
    "x-plinth-setup-token": server.setupToken ?? "",
  });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await lab.close();
});

const account = (email: string) => ({ name: email.split("@")[0]!, email, password: PASSWORD });

async function send(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(server.baseUrl + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

/** The link in the newest mail with this subject to this address. */
async function mailedLink(to: string, subject: string): Promise<string> {
  const html = await (await fetch(`${server.baseUrl}/dev/inbox`)).text();
  const mail = html.split('<section class="card">').find((part) => part.includes(subject) && part.includes(to));
  const link = /<a href="(http[^"]*)"/.exec(mail ?? "")?.[1];
  if (link === undefined) throw new Error(`no mail to ${to} with ${subject}`);
  return link.replaceAll("&amp;", "&");
}

async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

const browserTest = (name: string, run: () => Promise<void>) => test.skipIf(missing)(name + why, run, 120_000);

browserTest("a user signs up, confirms the address, signs out and in again", async () => {
  const { page, faults, context } = await openPage(browser, server.baseUrl);
  await page.goto("/sign-up");
  expect(await layoutShift(page)).toBe(0);
  await picture(page, "sign-up");
  await page.getByRole("button", { name: "Sign up" }).click();
  await picture(page, "sign-up-empty");
  expect(await page.evaluate("document.activeElement.name")).toBe("name");
  const name = page.getByLabel("Name");
  expect(await name.getAttribute("aria-invalid")).toBe("true");
  expect(await page.locator(`#${(await name.getAttribute("aria-describedby"))!}`).textContent()).toBe(
    "Please fill this in.",
  );
  await name.fill("Ada Lovelace");
  await page.getByLabel("Email").fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Show: Password" }).click();
  expect(await page.getByLabel("Password", { exact: true }).getAttribute("type")).toBe("text");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.waitForURL("**/account");
  expect(await layoutShift(page)).toBe(0);
  await picture(page, "account");
  await page.goto(await mailedLink("ada@example.com", "Confirm your email address"));
  await page.getByRole("heading", { name: "Thank you." }).waitFor();
  await picture(page, "verified");
  await page.getByRole("link", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
  await picture(page, "sign-in");
  await signIn(page, "ada@example.com", "wrong horse battery");
  await page.getByRole("alert").filter({ hasText: "The email or the password is wrong." }).waitFor();
  await picture(page, "sign-in-refused");
  await signIn(page, "ada@example.com");
  await page.waitForURL("**/account");
  expect(faults).toEqual([]);
  await context.close();
});

browserTest("a forgotten password is replaced, by the link of a mail", async () => {
  await send("/api/auth/sign-up/email", account("bea@example.com"));
  const { page, faults, context } = await openPage(browser, server.baseUrl);
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgotten your password?" }).click();
  await picture(page, "forgot");
  await page.getByLabel("Email").fill("bea@example.com");
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.getByRole("status").filter({ hasText: "on its way" }).waitFor();
  await picture(page, "forgot-sent");
  const link = await mailedLink("bea@example.com", "Choose a new password");
  await page.goto(link);
  await picture(page, "reset");
  await page.getByLabel("New password").fill("short");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Please use at least 8 characters.").waitFor();
  await page.getByLabel("New password").fill("another horse battery");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").filter({ hasText: "The new password is saved." }).waitFor();
  expect(page.url()).not.toContain("token");
  await page.goto(link);
  await page.getByLabel("New password").fill("third horse battery");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").filter({ hasText: "This link is wrong, has been used, or has expired." }).waitFor();
  await picture(page, "reset-used");
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(page, "bea@example.com", "another horse battery");
  await page.waitForURL("**/account");
  expect(faults).toEqual([]);
  await context.close();
});
