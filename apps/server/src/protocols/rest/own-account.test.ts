import { expect, test } from "bun:test";
import { bearer, refusalIn, sessionCookieIn, testApp } from "../../testing/app.ts";

const EMAIL = "ada@example.com";

test("an account is deleted only soon after a sign-in", async () => {
  const { driver, signUp } = testApp();
  await signUp("operator@example.com");
  const session = bearer(await signUp(EMAIL));
  // No sign-in is less than no minutes old.
  const late = testApp({ stepUpMinutes: 0 }, { driver });
  expect(await refusalIn(await late.send("/api/me/delete", { email: EMAIL }, session))).toEqual([
    403,
    "STEP_UP_REQUIRED",
  ]);
  expect((await late.call("/api/me", { headers: session })).status).toBe(200);
  const { send } = testApp({}, { driver });
  expect((await send("/api/me/delete", { email: EMAIL }, session)).status).toBe(200);
});

test("no other site's page deletes an account by its cookie", async () => {
  const { send, signUp, call } = testApp();
  await signUp("operator@example.com");
  const form = { name: "Ada", email: EMAIL, password: "correct horse" };
  const made = await send("/api/auth/sign-up/email", form);
  const cookie = sessionCookieIn(made);
  const foreign = { cookie, origin: "https://evil.example" };
  expect(await refusalIn(await send("/api/me/delete", { email: EMAIL }, foreign))).toEqual([403, "ORIGIN_FORBIDDEN"]);
  expect((await call("/api/me/export", { headers: { cookie } })).status).toBe(200);
});
