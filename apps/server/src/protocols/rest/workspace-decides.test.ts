import { expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";
import { mailer } from "../../testing/senders.ts";

const PASSWORD = "correct horse battery";

async function open(parts: Parameters<typeof testApp>[1] = {}) {
  const app = testApp({ sessionIdleHours: 10, sessionMaxHours: 10 }, parts);
  const operator = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/workspaces", { slug: "acme", name: "Acme" }, operator);
  const change = (body: object) => app.send("/api/t/acme/auth-settings", body, operator, "PATCH");
  const signUp = (path: string, email: string) =>
    app.send(`${path}/auth/sign-up/email`, { name: "Ben", email, password: PASSWORD });
  return { ...app, operator, change, signUp };
}

test("where a workspace asks for confirmed addresses, nobody signs in without; elsewhere they do", async () => {
  const { change, signUp, send } = await open({ mailer });
  expect((await change({ email: { verification: "required" } })).status).toBe(200);
  for (const [path, status] of [
    ["/api/t/acme", 403],
    ["/api", 200],
  ] as const) {
    await signUp(path, "ben@example.com");
    const answer = await send(`${path}/auth/sign-in/email`, { email: "ben@example.com", password: PASSWORD });
    expect([path, answer.status]).toEqual([path, status]);
  }
});

test("confirmed addresses are not asked for where no mail is sent", async () => {
  const { change } = await open();
  const answer = await change({ email: { verification: "required" } });
  const { error } = (await answer.json()) as { error: { code: string; details: object } };
  expect([error.code, error.details]).toEqual(["MAIL_NOT_CONFIGURED", { field: "email.verification" }]);
});

test("sessions that exist follow a shorter limit, and those of other workspaces do not", async () => {
  let now = Date.now();
  const clock = { now: () => now };
  const { change, signUp, send, call, driver } = await open({ clock });
  const tokens = await Promise.all(
    ["/api/t/acme", "/api"].map(
      async (path) => ((await (await signUp(path, "ben@example.com")).json()) as { token: string }).token,
    ),
  );
  const credentials = { email: "ben@example.com", password: PASSWORD, tokens: true };
  const signedIn = await send("/api/t/acme/auth/sign-in/email", credentials);
  // An access token ends with its session.
  tokens.push(((await signedIn.json()) as { tokens: { access_token: string } }).tokens.access_token);
  const states = () =>
    Promise.all(tokens.map(async (token) => (await call("/api/me", { headers: bearer(token) })).status));
  expect(await states()).toEqual([200, 200, 200]);
  // As if both had begun two hours ago.
  await driver.run({ sql: "update plinth_sessions set created_at = created_at - 7200000", params: [] });
  expect((await change({ sessions: { max_hours: 1 } })).status).toBe(200);
  now += 2000;
  expect(await states()).toEqual([401, 200, 401]);
});
