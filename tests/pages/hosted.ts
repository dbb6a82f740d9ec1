import { afterAll, beforeAll, test } from "bun:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { startHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import type { Running } from "../matrix/target.ts";
import { BUN_SERVER } from "../support/bun-server.ts";
import { missing, openBrowser, openPage, why } from "./browser.ts";

/** What the tests of the hosted pages share: a server with an operator, a browser, and mails in the inbox for development. */

export const PASSWORD = "correct horse battery";
export const OPERATOR = "operator@example.com";

const lab = await openLab({ postgres: false });
let server: Running;
let origin: string;
let browser: Browser;

/** Starts a server for the tests of one file. */
export function withServer(env: Record<string, string> = {}): void {
  beforeAll(async () => {
    if (missing) return;
    server = await startHost({ command: BUN_SERVER, cwd: lab.folder(), env });
    origin = env.APP_URL ?? server.baseUrl;
    browser = await openBrowser();
    await send("/api/auth/sign-up/email", account(OPERATOR), { "x-plinth-setup-token": await server.setupToken() });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await lab.close();
  });
}

export const browserTest = (name: string, run: () => Promise<void>) => test.skipIf(missing)(name + why, run);

/** As browsers know the server. */
export const address = (): string => origin;

export const open = (options?: BrowserContextOptions) => openPage(browser, origin, options);

export const credentials = (email: string) => ({ email, password: PASSWORD });
export const account = (email: string) => ({ name: email.split("@")[0]!, ...credentials(email) });

export async function send(
  path: string,
  body: object,
  headers: Record<string, string> = {},
  method = "POST",
): Promise<Response> {
  const response = await fetch(server.baseUrl + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

/** The header by which the operator is known. */
export async function asOperator(): Promise<Record<string, string>> {
  const answer = await send("/api/operator/auth/sign-in/email", credentials(OPERATOR));
  return { authorization: `Bearer ${answer.headers.get("set-auth-token")}` };
}

/** The newest mail with this subject to this address, as HTML; `workspace`: `/t/:slug`. */
export async function mailTo(to: string, subject: string, workspace = ""): Promise<string> {
  const html = await (await fetch(`${server.baseUrl}${workspace}/dev/inbox`)).text();
  const mail = html.split('<section class="card">').find((part) => part.includes(subject) && part.includes(to));
  if (mail === undefined) throw new Error(`no mail to ${to} with ${subject}`);
  return mail;
}

export async function mailedLink(to: string, subject: string, workspace = ""): Promise<string> {
  return /<a href="(http[^"]*)"/.exec(await mailTo(to, subject, workspace))![1]!.replaceAll("&amp;", "&");
}

export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

export const arrive = (page: Page, path: string) => page.waitForURL(({ pathname }) => pathname === path);
