import { expect } from "bun:test";
import { layoutShift, picture } from "./browser.ts";
import {
  account,
  arrive,
  asOperator,
  browserTest,
  credentials,
  mailedLink,
  mailTo,
  open,
  PASSWORD,
  send,
  signIn,
  withServer,
} from "./hosted.ts";

/** How an app's users sign up and in on the hosted pages, in a real browser. */

withServer();

browserTest("a user signs up, confirms the address, signs out and in again", async () => {
  const { page, faults, context } = await open();
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
  await picture(page, "verify-email");
  await page.getByRole("button", { name: "Confirm" }).click();
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
  const { page, faults, context } = await open();
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
  const headers = await asOperator();
  const invite = async (email: string) => {
    const answer = (await (await send("/api/invitations", { email }, headers)).json()) as { data: { link: string } };
    return answer.data.link;
  };
  const { page, faults, context } = await open();
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
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("heading", { name: "Thank you." }).waitFor();
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

browserTest("an invitation into an organization is accepted by whoever signs in", async () => {
  const headers = await asOperator();
  await send("/api/organizations", {}, headers, "PUT");
  const user = async (email: string) => {
    const { name, password } = account(email);
    await send("/api/users", { name, email, password, email_verified: true }, headers);
  };
  await user("olga@example.com");
  await user("pia@example.com");
  const signedIn = await send("/api/auth/sign-in/email", credentials("olga@example.com"));
  const olga = { authorization: `Bearer ${signedIn.headers.get("set-auth-token")}` };
  const club = (await (await send("/api/organizations", { name: "Club", slug: "club" }, olga)).json()) as {
    data: { id: string };
  };
  const path = `/api/organizations/${club.data.id}/invitations`;
  await send(path, { email: "pia@example.com", send_mail: true }, olga);

  const { page, faults, context } = await open();
  await page.goto(await mailedLink("pia@example.com", "invited"));
  await picture(page, "organization-invitation");
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(page, "pia@example.com");
  await arrive(page, "/organization-invitation");
  await picture(page, "organization-invitation-own");
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await page.getByRole("status").filter({ hasText: "You are a member of the organization." }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await page.getByText("has been used, or has expired").waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

browserTest("the keyboard is enough, and shows where it is", async () => {
  await send("/api/auth/sign-up/email", account("eve@example.com"));
  const { page, context } = await open();
  await page.goto("/sign-in");
  const focused = () =>
    page.evaluate(`(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return [document.activeElement.textContent.trim() || document.activeElement.name, outlineStyle, outlineWidth];
    })()`) as Promise<string[]>;
  const passed: string[] = [];
  for (let i = 0; i < 11; i++) {
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
    "Sign in with a passkey",
    "Sign in by mail",
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

browserTest("a workspace's pages bear its name, logo and colour, keep to it, and ask for its terms", async () => {
  const headers = await asOperator();
  await send("/api/workspaces", { slug: "acme", name: "Acme" }, headers);
  const pages = {
    // Yellow, on which nobody reads white, and which nobody reads on white.
    accent: "#ffe600",
    logo_url: `data:image/svg+xml;base64,${btoa('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4" fill="#0a7"/></svg>')}`,
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
