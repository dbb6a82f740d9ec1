import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { codeOf } from "../contract/fixtures/codes.ts";
import { startHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import type { Running } from "../matrix/target.ts";
import { BUN_SERVER } from "../support/bun-server.ts";
import { layoutShift, missing, openBrowser, openPage, picture, why } from "./browser.ts";

/** What an app's users do on the hosted pages, in a real browser; mails are read in the inbox for development. */

const PASSWORD = "correct horse battery";
const lab = await openLab({ postgres: false });
let server: Running;
let browser: Browser;

beforeAll(async () => {
  if (missing) return;
  server = await startHost({ command: BUN_SERVER, cwd: lab.folder(), env: {} });
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

const credentials = (email: string) => ({ email, password: PASSWORD });
const account = (email: string) => ({ name: email.split("@")[0]!, ...credentials(email) });

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

const arrive = (page: Page, path: string) => page.waitForURL(({ pathname }) => pathname === path);

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
  await arrive(page, "/account");
  expect(await layoutShift(page)).toBe(0);
  await picture(page, "account");
  await page.goto(await mailedLink("ada@example.com", "Confirm your email address"));
  await page.getByRole("heading", { name: "Thank you." }).waitFor();
  await picture(page, "verified");
  await page.getByRole("link", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await arrive(page, "/sign-in");
  await picture(page, "sign-in");
  await signIn(page, "ada@example.com", "wrong horse battery");
  await page.getByRole("alert").filter({ hasText: "The email or the password is wrong." }).waitFor();
  await picture(page, "sign-in-refused");
  await signIn(page, "ada@example.com");
  await arrive(page, "/account");
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
  await arrive(page, "/account");
  expect(faults).toEqual([]);
  await context.close();
});

browserTest("an invitation is accepted with a new account, and with one's own", async () => {
  const operator = await send("/api/operator/auth/sign-in/email", credentials("operator@example.com"));
  const headers = { authorization: `Bearer ${operator.headers.get("set-auth-token")}` };
  const invite = async (email: string) => {
    const answer = (await (await send("/api/invitations", { email }, headers)).json()) as { data: { link: string } };
    return answer.data.link;
  };
  const { page, faults, context } = await openPage(browser, server.baseUrl);
  await page.goto(await invite("cleo@example.com"));
  await picture(page, "invitation");
  await page.getByLabel("Name").fill("Cleo");
  await page.getByLabel("Email").fill("wrong@example.com");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await page.getByText("This invitation is for another address, has been used, or has expired.").waitFor();
  expect(await page.evaluate("document.activeElement.name")).toBe("email");
  await picture(page, "invitation-refused");
  await page.getByLabel("Email").fill("cleo@example.com");
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await arrive(page, "/account");
  await page.goto(await mailedLink("cleo@example.com", "Confirm your email address"));
  await page.context().clearCookies();
  await page.goto(await invite("cleo@example.com"));
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(page, "cleo@example.com");
  await arrive(page, "/invitation");
  await page.getByText("Accept it with your account cleo@example.com.").waitFor();
  await picture(page, "invitation-own");
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await page.getByRole("status").filter({ hasText: "The invitation is accepted." }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

browserTest("a user changes name and password, ends a session, takes the data along and goes", async () => {
  const email = "dora@example.com";
  await send("/api/auth/sign-up/email", account(email));
  await send("/api/auth/sign-in/email", credentials(email), {
    "user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0",
  });
  const { page, faults, context } = await openPage(browser, server.baseUrl, { acceptDownloads: true });
  await page.goto("/account/security");
  await arrive(page, "/sign-in");
  await signIn(page, email);
  await arrive(page, "/account/security");
  expect(await layoutShift(page)).toBe(0);
  await picture(page, "security");
  await page.getByRole("button", { name: "Sign out Firefox · Windows" }).click();
  await page.getByRole("status").filter({ hasText: "That session has ended." }).waitFor();
  expect(await page.locator("#sessions li").count()).toBe(2);
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await page.getByRole("status").filter({ hasText: "You are signed out everywhere else." }).waitFor();
  expect(await page.locator("#sessions li").count()).toBe(1);
  await page.getByLabel("Current password").fill("wrong horse battery");
  await page.getByLabel("New password").fill("an even better horse");
  await page.getByRole("button", { name: "Change your password" }).click();
  await page.getByText("The password is wrong.").waitFor();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Change your password" }).click();
  await page.getByRole("status").filter({ hasText: "Your password is changed" }).waitFor();
  await picture(page, "security-changed");

  await page.getByRole("link", { name: "Profile" }).click();
  await page.getByLabel("Name").fill("Dora the Second");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").filter({ hasText: "Saved." }).waitFor();
  await page.reload();
  expect(await page.getByLabel("Name").inputValue()).toBe("Dora the Second");

  await page.getByRole("link", { name: "Your data" }).click();
  await picture(page, "data");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  const file = JSON.parse(await Bun.file((await (await download).path())!).text()) as { user: { name: string } };
  expect(file.user.name).toBe("Dora the Second");
  await page.getByLabel("Type your address to confirm").fill("ada@example.com");
  await page.getByRole("button", { name: "Delete my account" }).click();
  await page.getByText("This is not your address.").waitFor();
  await picture(page, "data-mismatch");
  await page.getByLabel("Type your address to confirm").fill(email);
  await page.getByRole("button", { name: "Delete my account" }).click();
  await page.getByRole("heading", { name: "Your account is deleted." }).waitFor();
  await picture(page, "deleted");
  await page.goto("/account");
  await arrive(page, "/sign-in");
  expect(faults).toEqual([]);
  await context.close();
});

browserTest("the keyboard is enough, and shows where it is", async () => {
  await send("/api/auth/sign-up/email", account("eve@example.com"));
  const { page, context } = await openPage(browser, server.baseUrl);
  await page.goto("/sign-in");
  const focused = () =>
    page.evaluate(`(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return [document.activeElement.textContent.trim() || document.activeElement.name, outlineStyle, outlineWidth];
    })()`) as Promise<string[]>;
  const passed: string[] = [];
  for (let i = 0; i < 9; i++) {
    await page.keyboard.press("Tab");
    const [name, style, width] = await focused();
    expect([name, style, width]).toEqual([name!, "solid", "2px"]);
    passed.push(name!);
  }
  expect(passed).toEqual([
    "Plinth",
    "email",
    "password",
    "Show",
    "Sign in",
    "Forgotten your password?",
    "Sign up",
    "English",
    "Deutsch",
  ]);
  await page.goto("/sign-in");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("eve@example.com");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await arrive(page, "/account");
  await context.close();
});

browserTest("pages speak the browser's language, or the one that is chosen, also from right to left", async () => {
  const { page, faults, context } = await openPage(browser, server.baseUrl, { locale: "fr-CA" });
  await page.goto("/sign-in");
  await page.getByRole("heading", { name: "Connexion" }).waitFor();
  await page.goto("/reset-password?token=abc");
  await page.getByRole("link", { name: "Deutsch" }).click();
  await page.getByRole("heading", { name: "Neues Passwort wählen" }).waitFor();
  expect(new URL(page.url()).searchParams.get("token")).toBe("abc");
  await page.getByRole("link", { name: "Anmelden" }).click();
  await page.getByRole("heading", { name: "Anmelden" }).waitFor();
  for (const language of ["de", "fr", "es"]) {
    await page.goto(`/sign-up?lang=${language}`);
    expect(await page.getAttribute("html", "lang")).toBe(language);
    await picture(page, `sign-up-${language}`);
  }
  await page.evaluate(`document.documentElement.dir = "rtl"`);
  await picture(page, "sign-up-rtl");
  expect(faults).toEqual([]);
  await context.close();
});

browserTest("a second factor is added, asked for, stood in for by a recovery code, and removed", async () => {
  const email = "fay@example.com";
  await send("/api/auth/sign-up/email", account(email));
  const { page, faults, context } = await openPage(browser, server.baseUrl);
  await page.goto("/sign-in?next=/account/second-factor");
  await signIn(page, email);
  await arrive(page, "/account/second-factor");
  await picture(page, "second-factor-none");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  const enabled = page.waitForResponse("**/api/auth/two-factor/enable");
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  const { totpURI, backupCodes } = (await (await enabled).json()) as { totpURI: string; backupCodes: string[] };
  await page.getByRole("img", { name: "QR code for your authenticator app" }).waitFor();
  const drawn = await page.evaluate('document.getElementById("qr").decode().then(() => true)');
  expect(drawn).toBe(true);
  expect(await page.locator("#codes").textContent()).toBe(backupCodes.join("\n"));
  await picture(page, "second-factor-added");
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("The code is wrong, has been used, or has expired.").waitFor();
  await page.getByLabel("Code").fill(codeOf(totpURI));
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("status").filter({ hasText: "The second factor is in force." }).waitFor();

  const enter = async (label: string, code: string) => {
    await page.context().clearCookies();
    await page.goto("/sign-in?next=/account/second-factor");
    await signIn(page, email);
    await arrive(page, "/second-factor");
    if (label === "Recovery code") {
      await page.getByRole("link", { name: "Use a recovery code instead" }).click();
    }
    await picture(page, `second-factor-asked-${label.length}`);
    await page.getByRole("textbox", { name: label }).fill(code);
    await page.getByRole("button", { name: "Continue" }).click();
    await arrive(page, "/account/second-factor");
  };
  await enter("Code", codeOf(totpURI, 1));
  await enter("Recovery code", backupCodes[0]!);
  await picture(page, "second-factor-managed");

  // As if the last proof were too old.
  await page.route("**/two-factor/disable", (route) =>
    route.fulfill({ status: 403, json: { error: { code: "STEP_UP_REQUIRED", message: "" } } }),
  );
  const remove = async () => {
    await page.locator("#field-password-remove").fill(PASSWORD);
    await page.getByRole("button", { name: "Remove the second factor" }).click();
  };
  await remove();
  await arrive(page, "/step-up");
  await picture(page, "step-up");
  await page.getByLabel("Code").fill(codeOf(totpURI, -1));
  await page.getByRole("button", { name: "Continue" }).click();
  await arrive(page, "/account/second-factor");
  await page.unroute("**/two-factor/disable");
  await remove();
  await page.getByRole("status").filter({ hasText: "The second factor is removed." }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});
