import { expect, test } from "bun:test";
import { type TestApp, testApp } from "../../testing/app.ts";

const COMMON = "qwertyuiop";
const GOOD = "correct horse battery";

const signUp = (app: TestApp, password: string, email = "ben@example.com") =>
  app.send("/api/auth/sign-up/email", { name: "Ben", email, password });

async function refusal(response: Response): Promise<[number, string, string | undefined]> {
  const { error } = (await response.json()) as { error: { code: string; details?: { field?: string } } };
  return [response.status, error.code, error.details?.field];
}

const TOO_COMMON = [422, "PASSWORD_TOO_COMMON", "password"];
const TOO_SHORT = [422, "VALIDATION", "password"];

async function withOperator(settings: Parameters<typeof testApp>[0] = {}) {
  const app = testApp(settings);
  const operator = { authorization: `Bearer ${await app.signUp("operator@example.com")}` };
  return { app, operator };
}

test("a common password, in any case, and the account's address are refused", async () => {
  const { app } = await withOperator();
  for (const password of [COMMON, COMMON.toUpperCase(), "ben@example.com", "Ben@Example.com"]) {
    expect(await refusal(await signUp(app, password))).toEqual(TOO_COMMON as never);
  }
  expect(await refusal(await signUp(app, "benjamin1968", "benjamin1968@example.com"))).toEqual(TOO_COMMON as never);
  expect((await signUp(app, GOOD)).status).toBe(200);
});

test("whether there is an account makes no difference", async () => {
  const { app } = await withOperator();
  expect((await signUp(app, GOOD)).status).toBe(200);
  expect(await refusal(await signUp(app, COMMON))).toEqual(TOO_COMMON as never);
  expect((await app.send("/api/auth/sign-in/email", { email: "ben@example.com", password: COMMON })).status).toBe(401);
  expect((await app.send("/api/auth/sign-in/email", { email: "eve@example.com", password: COMMON })).status).toBe(401);
});

test("it holds for accounts that an operator makes, for operators and for a changed password", async () => {
  const { app, operator } = await withOperator();
  const made = { name: "Eve", email: "eve@example.com", password: COMMON };
  expect(await refusal(await app.send("/api/users", made, operator))).toEqual(TOO_COMMON as never);
  expect(await refusal(await app.send("/api/operators", made, operator))).toEqual(TOO_COMMON as never);
  const session = (await (await signUp(app, GOOD)).json()) as { token: string };
  const change = (newPassword: string) =>
    app.send(
      "/api/auth/change-password",
      { current_password: GOOD, new_password: newPassword },
      { authorization: `Bearer ${session.token}` },
    );
  expect(await refusal(await change(COMMON))).toEqual([422, "PASSWORD_TOO_COMMON", "new_password"]);
  expect((await change(`${GOOD} staple`)).status).toBe(200);
});

test("a workspace has its own least length, and may allow common passwords", async () => {
  const { app, operator } = await withOperator({ passwordMinLength: 10 });
  expect(await refusal(await signUp(app, "9 letters"))).toEqual(TOO_SHORT as never);
  const passwords = { min_length: 12, refuse_common: false };
  expect((await app.send("/api/auth-settings", { passwords }, operator, "PATCH")).status).toBe(200);
  expect(await refusal(await signUp(app, "11 letters!"))).toEqual(TOO_SHORT as never);
  // Counted as people do: this has eleven characters, and more units.
  expect(await refusal(await signUp(app, "🐴 and 🔋 ab"))).toEqual(TOO_SHORT as never);
  expect((await signUp(app, "qwertyuiop[]")).status).toBe(200);
});
