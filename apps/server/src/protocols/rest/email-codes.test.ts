/** Codes by mail: how many there are, and whom they never open. */
import { expect, test } from "bun:test";
import type { CaptchaVerifier } from "@plinth/core";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";
import { mailer } from "../../testing/senders.ts";

const SEND = "/api/auth/email-otp/send-verification-otp";

function open() {
  const app = testApp({ authRateLimit: 0 }, { mailer });
  const stored = async () =>
    (await app.driver.all({ sql: "select value from plinth_verifications", params: [] })).length;
  return { app, stored };
}

test("a code that is not sent is not made: no more than five an hour for an address, with an account or without", async () => {
  const { app, stored } = open();
  await app.signUp("operator@example.com");
  const operators = SEND.replace("/api/", "/api/operator/");
  for (const [path, email] of [[operators, "operator@example.com"] as const, [SEND, "nobody@example.com"] as const]) {
    for (let i = 0; i < 5; i++) {
      // In any spelling.
      const answer = await app.send(path, { email: i % 2 ? email : email.toUpperCase() });
      expect([answer.status, await answer.json()]).toEqual([200, { success: true }]);
    }
    // All codes are gone, and the next request makes none.
    await app.driver.run({ sql: "delete from plinth_verifications", params: [] });
    const answer = await app.send(path, { email });
    expect([answer.status, await answer.json()]).toEqual([200, { success: true }]);
    expect(await stored()).toBe(0);
  }
});

test("no answer shows that an address has had its codes, and a request from a foreign page uses up none", async () => {
  const app = testApp({ authRateLimit: 1000 }, { mailer });
  await app.signUp("operator@example.com");
  const own: Record<string, string> = {};
  const foreign: Record<string, string> = { referer: "https://elsewhere.example/" };
  const ask = async (headers: Record<string, string>) => {
    const answer = await app.send(SEND, { email: "ada@example.com" }, headers);
    const { success, error } = (await answer.json()) as { success?: boolean; error?: { code: string } };
    // All but what differs from request to request.
    const told = [...answer.headers].map(([name, value]) => [name, value.replace(/;[rt]=\d+/g, "")]);
    return {
      status: answer.status,
      headers: told.filter(([name]) => name !== "x-request-id"),
      success,
      code: error?.code,
    };
  };
  const sent = async () =>
    (await app.driver.all({ sql: "select id from plinth_mail where template = 'email_code'", params: [] })).length;
  const before = await Promise.all([own, foreign].map(ask));
  expect(before.map(({ status, headers }) => [status, headers.some(([name]) => name === "ratelimit")])).toEqual([
    [200, true],
    [403, true],
  ]);
  await Promise.all([own, own, own, foreign, foreign].map(ask));
  await ask(own);
  expect(await sent()).toBe(5);
  expect(await Promise.all([own, foreign].map(ask))).toEqual(before);
  expect(await sent()).toBe(5);
});

test("a request that is refused uses up nobody's codes, and stores nothing", async () => {
  const captcha: CaptchaVerifier = {
    verify: async ({ token }) =>
      token === "solved"
        ? { solved: true, hostname: undefined, action: undefined }
        : { solved: false, reason: "timeout-or-duplicate" },
  };
  const app = testApp({ authRateLimit: 3 }, { mailer, captcha });
  const operator = bearer(await app.signUp("operator@example.com"));
  await app.signUp("owner@example.com");
  const gate = { captcha: { provider: "turnstile", site_key: "k", secret: "s", required_for: ["codes"] } };
  expect((await app.send("/api/auth-settings", gate, operator, "PATCH")).status).toBe(200);
  const counts = async () => (await app.driver.all({ sql: "select * from plinth_limits", params: [] })).length;
  const refused: number[] = [];
  const before = await counts();
  for (let i = 0; i < 16; i++) {
    const email = i % 2 ? `nobody${i}@example.com` : "owner@example.com";
    refused.push((await app.send(SEND, { email })).status);
  }
  expect(new Set(refused)).toEqual(new Set([403, 429]));
  // The sender's own.
  expect((await counts()) - before).toBeLessThanOrEqual(1);

  const headers = { "content-type": "application/json", "x-captcha-response": "solved" };
  const body = JSON.stringify({ email: "owner@example.com" });
  const asked = await app.call(SEND, { method: "POST", from: "203.0.113.9", headers, body });
  expect(asked.status).toBe(200);
  const sent = await app.driver.all({
    sql: "select recipient from plinth_mail where template = 'email_code'",
    params: [],
  });
  expect(sent).toEqual([{ recipient: "owner@example.com" }]);
});

test("no request names a user by the placeholder of an address", async () => {
  const { app, stored } = open();
  const operator = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/auth-settings", { anonymous: { sign_in: true } }, operator, "PATCH");
  const { user } = (await (await app.send("/api/auth/sign-in/anonymous", {})).json()) as { user: { id: string } };
  const email = `${user.id}@NO-email.invalid`;
  const bodies = {
    [SEND]: { email },
    "/api/auth/sign-in/email-otp": { email, otp: "123456" },
    "/api/auth/sign-in/magic-link": { email },
    "/api/auth/request-password-reset": { email },
    "/api/auth/send-verification-email": { email },
    "/api/auth/sign-in/email": { email, password: "a comet with a long tail" },
  };
  for (const [path, body] of Object.entries(bodies)) {
    expect((await refusalIn(await app.send(path, body))).slice(0, 2)).toEqual([422, "VALIDATION"]);
  }
  expect(await stored()).toBe(0);
});

test("the access token of a user without an address counts as any other's", async () => {
  const { app } = open();
  const operator = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/auth-settings", { anonymous: { sign_in: true } }, operator, "PATCH");
  const answer = await app.send("/api/auth/sign-in/anonymous", { tokens: true });
  const { user, tokens } = (await answer.json()) as { user: { id: string }; tokens: { access_token: string } };
  const me = await app.call("/api/me", { headers: bearer(tokens.access_token) });
  expect(me.status).toBe(200);
  expect(await me.json()).toMatchObject({ data: { kind: "user", id: user.id, email: null } });
});

test("a list of domains binds an address that is changed, too", async () => {
  const { app } = open();
  const operator = bearer(await app.signUp("operator@example.com"));
  const user = bearer(await app.signUp("eve@example.com"));
  await app.send("/api/auth-settings", { sign_up: { domains: ["example.com"] } }, operator, "PATCH");
  const change = (new_email: string) => app.send("/api/auth/change-email", { new_email }, user);
  expect((await refusalIn(await change("eve@evil.example"))).slice(0, 2)).toEqual([403, "EMAIL_NOT_ALLOWED"]);
  expect((await change("eve2@example.com")).status).toBe(200);
});
