import { expect, test } from "bun:test";
import type { Mailer } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { bearer, type TestApp, testApp } from "../../testing/app.ts";

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
  for (const password of [
    COMMON,
    COMMON.toUpperCase(),
    "ben@example.com",
    "Ben@Example.com",
    "ｂｅｎ＠ｅｘａｍｐｌｅ．ｃｏｍ",
  ]) {
    expect(await refusal(await signUp(app, password))).toEqual(TOO_COMMON as never);
  }
  expect(await refusal(await signUp(app, "benjamin1968", "benjamin1968@example.com"))).toEqual(TOO_COMMON as never);
  expect((await signUp(app, GOOD)).status).toBe(200);
});

test("a short piece that is repeated, and characters in a row, are tried first as well", async () => {
  const { app } = await withOperator();
  const repeated = ["aaaaaaaa", "88888888", "        ", "12341234", "123123123", "12121212", "abcabcabca"];
  const inARow = ["abcdefgh", "ABCDEFGHI", "87654321", "0987654321", "56789012"];
  for (const password of [...repeated, ...inARow]) {
    const answer = await refusal(await signUp(app, password));
    expect([password, answer]).toEqual([password, TOO_COMMON as never]);
  }
  for (const [i, password] of ["abcdefgi", "12341235", "12345123451"].entries())
    expect((await signUp(app, password, `other-${i}@example.com`)).status).toBe(200);
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

test("nobody has the address, a part of it or the workspace's name as a password, however it is set", async () => {
  const mails: string[] = [];
  const mailer: Mailer = {
    name: "test",
    capabilities: { deduplicates: false, development: true },
    send: async ({ text }) => void mails.push(text),
  };
  const app = testApp({ authRateLimit: 0 }, { mailer });
  const operator = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/workspaces", { slug: "nightfall", name: "Nightfall Cinema" }, operator);
  const invite = async (path: string, body: object) =>
    ((await (await app.send(path, body, operator)).json()) as { data: { token: string } }).data.token;
  const email = "benjamin1968@example.com";
  const account = (password: string, more: object = {}) => ({ name: "Ben", email, password, ...more });
  const forUser = await invite("/api/t/nightfall/invitations", { email, roles: [] });
  const forMember = await invite("/api/t/nightfall/member-invitations", { email, role: "viewer" });
  const pool = "/api/t/nightfall";
  const made = await app.send(`${pool}/auth/sign-up/email`, account(GOOD, { email: `x${email}` }));
  const headers = bearer(((await made.json()) as { token: string }).token);
  await app.send(`${pool}/auth/request-password-reset`, { email: `x${email}` });
  await until(async () => {
    await app.send("/api/tick", {}, operator);
    return mails.some((text) => text.includes("reset-password"));
  }, "the mail with the link");
  const link = /https?:\S+/.exec(mails.find((text) => text.includes("reset-password"))!)![0];
  const token = new URL(link).searchParams.get("token");

  const own = { current_password: GOOD };
  const setting: Record<string, (password: string) => Promise<Response>> = {
    "sign-up": (password) => app.send(`${pool}/auth/sign-up/email`, account(password)),
    "an invitation": (password) => app.send(`${pool}/auth/sign-up/email`, account(password, { invitation: forUser })),
    "a member's invitation": (password) =>
      app.send("/api/operator/auth/sign-up/email", account(password, { invitation: forMember })),
    "a user made": (password) => app.send(`${pool}/users`, account(password), operator),
    "an operator made": (password) => app.send("/api/operators", account(password), operator),
    "a change": (password) => app.send(`${pool}/auth/change-password`, { ...own, new_password: password }, headers),
    "a reset": (password) => app.send(`${pool}/auth/reset-password`, { token, new_password: password }),
  };
  for (const [name, set] of Object.entries(setting)) {
    const isOld = name === "a change" || name === "a reset";
    const address = isOld ? `x${email}` : email;
    const names = name.includes("member") || name.includes("operator") ? [] : ["Nightfall Cinema", "nightfall"];
    for (const password of [address, address.toUpperCase(), address.split("@")[0]!, ...names]) {
      const field = isOld ? "new_password" : "password";
      expect([name, password, ...(await refusal(await set(password)))]).toEqual([
        name,
        password,
        422,
        "PASSWORD_TOO_COMMON",
        field,
      ]);
    }
  }
  expect((await setting["a reset"]!("a lantern in the fog")).status).toBe(200);
  for (const name of ["an invitation", "a member's invitation"]) expect((await setting[name]!(GOOD)).status).toBe(200);
});
