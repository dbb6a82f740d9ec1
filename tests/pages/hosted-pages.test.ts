import { expect } from "bun:test";
import { layoutShift, picture } from "./browser.ts";
import {
  account,
  arrive,
  asOperator,
  browserTest,
  mailedLink,
  mailTo,
  open,
  PASSWORD,
  send,
  signIn,
  withServer,
} from "./hosted.ts";
import { keyboardOf } from "./keyboard.ts";

/** How an app's users sign up and in on the hosted pages, in a real browser. */

withServer();

browserTest("a user signs up, confirms the address, signs out and in again", async () => {
  const { page, faults, context } = await open();
  const { type, press } = keyboardOf(page);
  await page.goto("/sign-up");
  expect(await layoutShift(page)).toBe(0);
  await picture(page, "sign-up");
  await press("Sign up");
  await picture(page, "sign-up-empty");
  expect(await page.evaluate("document.activeElement.name")).toBe("name");
  const name = page.getByLabel("Name");
  expect(await name.getAttribute("aria-invalid")).toBe("true");
  expect(await page.locator(`#${(await name.getAttribute("aria-describedby"))!}`).textContent()).toBe(
    "Please fill this in.",
  );
  await type("Name", "Ada Lovelace");
  await type("Email", "ada@example.com");
  await type("Password", PASSWORD);
  await press("Show: Password");
  expect(await page.getByLabel("Password", { exact: true }).getAttribute("type")).toBe("text");
  await press("Sign up");
  await arrive(page, "/account");
  expect(await layoutShift(page)).toBe(0);
  await picture(page, "account");
  await page.goto(await mailedLink("ada@example.com", "Confirm your email address"));
  await picture(page, "verify-email");
  await press("Confirm");
  await page.getByRole("heading", { name: "Thank you." }).waitFor();
  await picture(page, "verified");
  await press("Continue");
  await arrive(page, "/account");
  await press("Sign out");
  await arrive(page, "/sign-in");
  await picture(page, "sign-in");
  await type("Email", "ada@example.com");
  await type("Password", "wrong horse battery");
  await press("Sign in");
  await page.getByRole("alert").filter({ hasText: "The email or the password is wrong." }).waitFor();
  await picture(page, "sign-in-refused");
  await type("Password", PASSWORD);
  await page.keyboard.press("Enter");
  await arrive(page, "/account");
  await page.goto("/sign-in");
  await picture(page, "sign-in-again");
  await press("Continue");
  await arrive(page, "/account");
  expect(faults).toEqual([]);
  await context.close();
});

browserTest("a forgotten password is replaced, by the link of a mail", async () => {
  await send("/api/auth/sign-up/email", account("bea@example.com"));
  const { page, faults, context } = await open();
  const { type, press } = keyboardOf(page);
  await page.goto("/sign-in?next=/account/data");
  await press("Forgotten your password?");
  await arrive(page, "/forgot-password");
  await picture(page, "forgot");
  await type("Email", "bea@example.com");
  await press("Send the link");
  await page.getByRole("status").filter({ hasText: "on its way" }).waitFor();
  await picture(page, "forgot-sent");
  const link = await mailedLink("bea@example.com", "Choose a new password");
  await page.goto(link);
  await picture(page, "reset");
  await type("New password", "short");
  await press("Save");
  await page.getByText("Please use at least 8 characters.").waitFor();
  await type("New password", "another horse battery");
  await press("Save");
  await page.getByRole("status").filter({ hasText: "The new password is saved." }).waitFor();
  expect(page.url()).not.toContain("token");
  await page.goto(link);
  await type("New password", "third horse battery");
  await press("Save");
  await page.getByRole("alert").filter({ hasText: "This link is wrong, has been used, or has expired." }).waitFor();
  await picture(page, "reset-used");
  await press("Sign in");
  await arrive(page, "/sign-in");
  await signIn(page, "bea@example.com", "another horse battery");
  await arrive(page, "/account/data");
  await page.goto("/reset-password");
  await picture(page, "reset-incomplete");
  expect(faults).toEqual([]);
  await context.close();
});

browserTest("by keyboard one passes all parts of a page in their order", async () => {
  const { page, context } = await open();
  await page.goto("/sign-in");
  const passed: unknown[] = [];
  for (let i = 0; i < 11; i++) {
    await page.keyboard.press("Tab");
    passed.push(await page.evaluate("document.activeElement.textContent.trim() || document.activeElement.name"));
  }
  expect(passed).toEqual([
    "Plinth",
    "email",
    "password",
    "Show",
    "Sign in",
    "Sign in with a passkey",
    "Sign in by mail",
    "Forgotten your password?",
    "Sign up",
    "English",
    "Deutsch",
  ]);
  await context.close();
});

browserTest("pages speak the browser's language, or the one that is chosen, also from right to left", async () => {
  const { page, faults, context } = await open({ locale: "fr-CA" });
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

const logoOf = (colour: string): string =>
  `data:image/svg+xml;base64,${btoa(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="${colour}"/></svg>`)}`;

browserTest("a workspace's pages bear its name, logo and colour, keep to it, and ask for its terms", async () => {
  const headers = await asOperator();
  await send("/api/workspaces", { slug: "acme", name: "Acme" }, headers);
  const pages = {
    // Yellow, on which nobody reads white, and which nobody reads on white.
    accent: "#ffe600",
    logo_url: logoOf("#00aa77"),
    privacy_url: "https://acme.example/privacy",
  };
  await send("/api/t/acme/auth-settings", { pages, terms: { url: "/terms" } }, headers, "PATCH");
  const { page, faults, context } = await open();
  await page.goto("/t/acme/sign-up?lang=en");
  await page.getByRole("link", { name: "Acme" }).waitFor();
  expect(await layoutShift(page)).toBe(0);
  await picture(page, "acme-sign-up");
  await page.getByLabel("Name").fill("Ivy");
  await page.getByLabel("Email").fill("ivy@example.com");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByText("Please agree first.").waitFor();
  await picture(page, "acme-agree");
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Sign up" }).click();
  await arrive(page, "/t/acme/account");
  const link = await mailedLink("ivy@example.com", "Confirm your email address", "/t/acme");
  await page.goto(link);
  expect(new URL(page.url()).pathname).toMatch(/^\/t\/[^/]+\/verify-email$/);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("link", { name: "Continue" }).click();
  await picture(page, "acme-account");
  for (const [name, accent] of [
    ["dark", "#05051e"],
    ["light", "#fdfdf5"],
  ]) {
    await send("/api/t/acme/auth-settings", { pages: { accent, logo_url: logoOf(accent!) } }, headers, "PATCH");
    await page.goto("/t/acme/organization-invitation?token=x");
    await picture(page, `acme-${name}`);
  }
  await send("/api/t/acme/auth-settings", { terms: { version: "2" } }, headers, "PATCH");
  await page.goto("/t/acme/account?lang=en");
  await arrive(page, "/t/acme/consent");
  await page.getByText("The terms of use have changed.", { exact: false }).waitFor();
  await picture(page, "acme-consent");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("Please agree first.").waitFor();
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Continue" }).click();
  await arrive(page, "/t/acme/account");
  await page.goto("/account");
  await arrive(page, "/sign-in");
  await signIn(page, "ivy@example.com");
  await page.getByRole("alert").filter({ hasText: "The email or the password is wrong." }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

browserTest("a code in a mail signs in, and makes an account for an address that has none", async () => {
  const email = "jo@example.com";
  const { page, faults, context } = await open();
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Sign in by mail" }).click();
  await picture(page, "mail-code");
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send the code" }).click();
  await page.getByText(`If ${email} can sign in here, a code is on its way to it.`).waitFor();
  await picture(page, "mail-code-sent");
  const code = page.getByLabel("Code from the mail");
  await code.fill("000000");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("The code is wrong, has been used, or has expired.").waitFor();
  await code.fill(/<p>(\d{6})<\/p>/.exec(await mailTo(email, "Your code"))![1]!);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await arrive(page, "/account");
  await page.getByText(`Your address is ${email}.`).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

browserTest("a link in a mail signs in by its button, once", async () => {
  await send("/api/auth/sign-in/magic-link", { email: "jo@example.com", callback_url: "/account/data" });
  const { page, faults, context } = await open();
  const { press } = keyboardOf(page);
  const link = await mailedLink("jo@example.com", "Sign in");
  await page.goto(link);
  await picture(page, "magic-link");
  await press("Sign in");
  await arrive(page, "/account/data");
  await page.goto(link);
  await press("Sign in");
  await page.getByRole("alert").filter({ hasText: "This link is wrong, has been used, or has expired." }).waitFor();
  await picture(page, "magic-link-used");
  await page.goto("/magic-link");
  await picture(page, "magic-link-incomplete");
  expect(faults).toEqual([]);
  await context.close();
});
