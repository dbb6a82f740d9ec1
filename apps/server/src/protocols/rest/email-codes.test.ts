/** Codes by mail: how many there are, and whom they never open. */
import { expect, test } from "bun:test";
import type { Mailer } from "@plinth/core";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

const mailer: Mailer = {
  name: "test",
  // Keeps what it sent, so that its texts can be read.
  capabilities: { deduplicates: false, development: true },
  send: async () => {},
};
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
