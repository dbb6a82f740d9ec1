import { describe, expect, test } from "bun:test";
import { consoleMailer } from "@plinth/adapters-memory";
import type { Config, Mailer } from "@plinth/core";
import { bearer, testApp } from "../testing/app.ts";

const development = consoleMailer({ write: () => {} });
const real: Mailer = { ...development, capabilities: { deduplicates: false, development: false } };

async function open(settings: Partial<Config> = {}, mailer: Mailer | undefined = development) {
  const app = testApp(settings, { mailer });
  const operator = await app.signUp("operator@example.com");
  const user = await app.signUp("o'neill@example.com");
  return { ...app, operator, user };
}

describe("the inbox for development", () => {
  test("shows a visitor on this machine what would have been sent, with links to follow", async () => {
    const { call } = await open();
    const response = await call("/dev/inbox");
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain("<h2>Confirm your email address</h2>");
    expect(html).toContain("To o&#39;neill@example.com");
    const [, href] = /<a href="(http:[^"]*token=[^"]*)">/.exec(html)!;
    const { pathname, search } = new URL(href!.replaceAll("&amp;", "&"));
    expect(pathname).toBe("/verify-email");
    expect((await call(pathname + search)).status).toBe(200);
  });

  test("is shown to an operator from elsewhere, and to nobody else there", async () => {
    const { call, operator, user } = await open();
    const status = async (headers: Record<string, string> = {}) =>
      (await call("/dev/inbox", { from: "192.0.2.1", headers })).status;
    expect(await status(bearer(operator))).toBe(200);
    expect([await status(), await status(bearer(user))]).toEqual([404, 403]);
  });

  test("is not there behind a proxy, on a public server, with a real mailer, or with none", async () => {
    const here = async ({ call }: Awaited<ReturnType<typeof open>>, headers: Record<string, string> = {}) =>
      (await call("/dev/inbox", { headers })).status;
    expect(await here(await open(), { "x-forwarded-for": "192.0.2.1" })).toBe(404);
    expect(await here(await open({}, real))).toBe(404);
    const { driver, operator } = await open();
    const abroad = testApp({ appUrl: "https://api.example.com" }, { driver, mailer: development });
    expect((await abroad.call("/dev/inbox", { headers: bearer(operator) })).status).toBe(404);
    const none = testApp();
    expect((await none.call("/dev/inbox")).status).toBe(404);
  });
});

describe("pages of links", () => {
  test.each([
    "/forgot-password",
    "/reset-password?token=x",
    "/verify-email?token=x",
    "/magic-link?token=x",
    "/verified",
  ])("%s is there", async (path) => {
    const response = await testApp().call(path, { from: "192.0.2.1" });
    expect(response.status).toBe(200);
    // The token in the address must not be sent to other sites.
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await response.text()).not.toContain("token=x");
  });

  test.each(["/verify-email", "/magic-link"])("%s without a token says so", async (path) => {
    const failed = await testApp().call(path);
    expect(failed.status).toBe(400);
    expect(await failed.text()).toContain("This link is not complete.");
  });

  test("the page after an address is confirmed leads on to where the user was going", async () => {
    const { call } = testApp();
    expect(await (await call("/verified?next=%2Finvitation%3Ftoken%3Dx")).text()).toContain(
      'href="/invitation?token=x"',
    );
    expect(await (await call("/verified?next=https%3A%2F%2Fevil.example")).text()).toContain('href="/account"');
  });

  test.each(["/sign-in/mail", "/sign-in/phone"])("%s leads to the sign-in where no codes are sent", async (path) => {
    const response = await testApp().call(`${path}?next=%2Fa`);
    expect([response.status, response.headers.get("location")]).toEqual([302, "/sign-in?next=%2Fa"]);
  });
});
