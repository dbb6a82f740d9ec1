import { afterEach, expect, test } from "bun:test";
import type { CaptchaProvider } from "@plinth/core";
import { siteVerify } from "@plinth/engine";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

const PASSWORD = "correct horse battery";
const SETTINGS = "/api/t/acme/auth-settings";
const AUTH = "/api/t/acme/auth";

/** The providers' documented keys for tests. */
const TURNSTILE = {
  site_key: "1x00000000000000000000AA",
  passes: "1x0000000000000000000000000000000AA",
  fails: "2x0000000000000000000000000000000AA",
  spent: "3x0000000000000000000000000000000AA",
  token: "XXXX.DUMMY.TOKEN.XXXX",
};
const HCAPTCHA = {
  site_key: "10000000-ffff-ffff-ffff-000000000001",
  passes: "0x0000000000000000000000000000000000000000",
  token: "10000000-aaaa-bbbb-cccc-000000000001",
};

let provider: ReturnType<typeof Bun.serve> | undefined;
afterEach(() => provider?.stop(true));

type Form = Record<string, string>;

/** The documented answers of the `siteverify` APIs to their keys for tests. */
function answerTo(path: string, { secret, response, sitekey }: Form): object {
  const refused = (code: string) => ({ success: false, "error-codes": [code] });
  if (path === "/hcaptcha") {
    if (sitekey !== HCAPTCHA.site_key) return refused("sitekey-secret-mismatch");
    if (response !== HCAPTCHA.token) return refused("invalid-input-response");
    return { success: true, hostname: "dummy-key-pass", credit: false };
  }
  if (secret === TURNSTILE.fails) return refused("invalid-input-response");
  if (secret === TURNSTILE.spent) return refused("timeout-or-duplicate");
  if (secret !== TURNSTILE.passes) return refused("invalid-input-secret");
  const [, action, hostname = "example.com"] = /^for (\w+)(?: on (\S+))?$/.exec(response!) ?? [];
  return { success: true, "error-codes": [], hostname, ...(action && { action }) };
}

const mailer = { name: "test", capabilities: { deduplicates: true, development: false }, send: async () => {} };

async function open(respond?: () => Response) {
  const asked: Form[] = [];
  provider = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const form = Object.fromEntries(new URLSearchParams(await request.text()));
      asked.push(form);
      return respond?.() ?? Response.json(answerTo(new URL(request.url).pathname, form));
    },
  });
  const at = (path: CaptchaProvider) => `http://127.0.0.1:${provider!.port}/${path}`;
  const captcha = siteVerify({ turnstile: at("turnstile"), hcaptcha: at("hcaptcha") }, true);
  const app = testApp({ authRateLimit: 100 }, { captcha, mailer });
  const operator = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/workspaces", { slug: "acme", name: "Acme" }, operator);
  const change = (settings: object) => app.send(SETTINGS, { captcha: settings }, operator, "PATCH");
  const turnstile = (more: object = {}) =>
    change({ provider: "turnstile", site_key: TURNSTILE.site_key, secret: TURNSTILE.passes, ...more });
  const signUp = (email: string, token?: string, path = AUTH) =>
    app.send(
      `${path}/sign-up/email`,
      { name: "Ben", email, password: PASSWORD },
      token === undefined ? {} : { "x-captcha-response": token },
    );
  const reasons = async () => {
    const answered = await app.call("/api/t/acme/security-log?type=captcha_refusal", { headers: operator });
    const { data } = (await answered.json()) as { data: { detail: { reason: string } }[] };
    return data.map(({ detail }) => detail.reason).reverse();
  };
  return { ...app, operator, asked, change, turnstile, signUp, reasons };
}

test("without a solved challenge there is no account; with one there is, in this workspace alone", async () => {
  const { signUp, turnstile, asked, reasons, change } = await open();
  expect((await turnstile()).status).toBe(200);
  const refusal = await signUp("ben@example.com");
  expect(refusal.status).toBe(403);
  expect(await refusal.json()).toMatchObject({
    error: {
      code: "CAPTCHA_FAILED",
      details: { provider: "turnstile", site_key: TURNSTILE.site_key, action: "sign_up" },
    },
  });
  expect(asked).toEqual([]);
  expect((await signUp("ben@example.com", undefined, "/api/auth")).status).toBe(200);
  expect((await signUp("ben@example.com", TURNSTILE.token)).status).toBe(200);
  expect(asked).toEqual([{ secret: TURNSTILE.passes, response: TURNSTILE.token, remoteip: "127.0.0.1" }]);
  for (const secret of [TURNSTILE.fails, TURNSTILE.spent]) {
    await change({ secret });
    expect(await refusalIn(await signUp("eve@example.com", TURNSTILE.token))).toEqual([403, "CAPTCHA_FAILED"]);
  }
  expect(await refusalIn(await signUp("eve@example.com", "x".repeat(10_001)))).toEqual([403, "CAPTCHA_FAILED"]);
  expect(await reasons()).toEqual(["missing", "invalid-input-response", "timeout-or-duplicate", "too long"]);
});

test("each action asks for its own, where the workspace says so", async () => {
  const { send, signUp, turnstile } = await open();
  await signUp("ben@example.com");
  await turnstile({ required_for: ["sign_in", "codes", "reset"] });
  expect((await signUp("eve@example.com")).status).toBe(200);
  const credentials = { email: "ben@example.com", password: PASSWORD };
  const signIn = (token?: string) =>
    send(`${AUTH}/sign-in/email`, credentials, token === undefined ? {} : { "x-captcha-response": token });
  expect(await refusalIn(await signIn())).toEqual([403, "CAPTCHA_FAILED"]);
  expect(await refusalIn(await signIn("for sign_up"))).toEqual([403, "CAPTCHA_FAILED"]);
  // Nor has somebody without one guessed a password, however often.
  for (let n = 0; n < 6; n++) expect(await refusalIn(await signIn())).toEqual([403, "CAPTCHA_FAILED"]);
  expect((await signIn("for sign_in")).status).toBe(200);
});

test("codes and resets by mail ask for one before any mail is stored", async () => {
  const app = testApp({}, { mailer, captcha: siteVerify() });
  const operator = bearer(await app.signUp("operator@example.com"));
  const captcha = {
    provider: "turnstile",
    site_key: TURNSTILE.site_key,
    secret: TURNSTILE.passes,
    required_for: ["codes", "reset"],
  };
  expect((await app.send("/api/auth-settings", { captcha }, operator, "PATCH")).status).toBe(200);
  const session = bearer(await app.signUp("ben@example.com"));
  await app.driver.run({ sql: "delete from plinth_mail", params: [] });
  for (const path of [
    "sign-in/magic-link",
    "email-otp/send-verification-otp",
    "send-verification-email",
    "request-password-reset",
  ]) {
    const answer = await app.send(`/api/auth/${path}`, { email: "ben@example.com" });
    expect(await refusalIn(answer)).toEqual([403, "CAPTCHA_FAILED"]);
  }
  const stored = () => app.driver.all({ sql: "select template from plinth_mail", params: [] });
  expect(await stored()).toEqual([]);
  // Who is signed in is no stranger.
  const again = await app.send("/api/auth/send-verification-email", { email: "ben@example.com" }, session);
  expect(again.status).toBe(200);
  expect(await stored()).toEqual([{ template: "verify_email" }]);
});

test("where new users may come, a link or a code that makes an account is a sign-up, for everybody alike", async () => {
  const app = testApp({ authRateLimit: 0 }, { mailer, sms: mailer, captcha: siteVerify() });
  const operator = bearer(await app.signUp("operator@example.com"));
  const set = async (settings: object) =>
    expect((await app.send("/api/auth-settings", settings, operator, "PATCH")).status).toBe(200);
  await app.signUp("ben@example.com");
  const captcha = { provider: "turnstile", site_key: TURNSTILE.site_key, secret: TURNSTILE.passes };
  await set({ captcha, phone: { sign_in: true, sign_up: true } });
  const requests = [
    ...["ben@example.com", "nobody@example.com"].flatMap((email) => [
      ["sign-in/magic-link", { email }] as const,
      ["email-otp/send-verification-otp", { email }] as const,
    ]),
    ["phone-code/send", { phone: "+4915112345678" }] as const,
    ["send-verification-email", { email: "ben@example.com" }] as const,
    ["request-password-reset", { email: "ben@example.com" }] as const,
  ];
  const statuses = () =>
    Promise.all(requests.map(async ([path, body]) => (await app.send(`/api/auth/${path}`, body)).status));
  expect(await statuses()).toEqual([403, 403, 403, 403, 403, 200, 200]);
  const refusal = await app.send("/api/auth/sign-in/magic-link", { email: "ben@example.com" });
  expect(await refusal.json()).toMatchObject({ error: { code: "CAPTCHA_FAILED", details: { action: "codes" } } });
  await set({ phone: { sign_up: false } });
  expect(await statuses()).toEqual([403, 403, 403, 403, 200, 200, 200]);
  await set({ phone: { sign_up: true }, sign_up: { mode: "invite" } });
  expect(await statuses()).toEqual([200, 200, 200, 200, 200, 200, 200]);
});

test("hCaptcha gets the site key, and only listed host names count", async () => {
  const { change, signUp, turnstile, asked } = await open();
  const keys = { provider: "hcaptcha", site_key: HCAPTCHA.site_key, secret: HCAPTCHA.passes };
  expect((await change(keys)).status).toBe(200);
  expect((await signUp("ben@example.com", HCAPTCHA.token)).status).toBe(200);
  expect(asked[0]).toMatchObject({ sitekey: HCAPTCHA.site_key, response: HCAPTCHA.token });
  expect((await signUp("eve@example.com", "another")).status).toBe(403);
  await turnstile({ hostnames: ["app.example.com"] });
  expect((await signUp("eve@example.com", "for sign_up on evil.example")).status).toBe(403);
  expect((await signUp("eve@example.com", "for sign_up on App.example.com")).status).toBe(200);
});

test("without a verdict nobody comes in, and the reason is recorded", async () => {
  let answer = () => new Response("busy", { status: 500 });
  const { signUp, turnstile, change, reasons } = await open(() => answer());
  await turnstile();
  const answers = [
    answer,
    () => new Response("{"),
    () => Response.json([]),
    () => Response.json({ success: "yes" }),
    () => new Response(null, { status: 302, headers: { location: "https://example.com" } }),
    () => Response.json({ success: true, more: "x".repeat(20_000) }),
    () => Response.json({ success: false, "error-codes": ["invalid-input-secret"] }),
  ];
  for (answer of answers) {
    expect(await refusalIn(await signUp("ben@example.com", "token"))).toEqual([503, "CAPTCHA_UNAVAILABLE"]);
  }
  provider?.stop(true);
  expect((await signUp("ben@example.com", "token")).status).toBe(503);
  expect(await reasons()).toEqual([
    "status 500",
    "not JSON",
    "no verdict",
    "no verdict",
    "redirect",
    "too_large",
    "invalid-input-secret",
    "unreachable",
  ]);
  await change({ provider: null });
  expect((await signUp("ben@example.com")).status).toBe(200);
});

test("the secret is stored encrypted, shown to nobody, and stays when the own answer is sent back", async () => {
  const { call, operator, turnstile, change, signUp, driver, send } = await open();
  const changed = await (await turnstile()).text();
  const shown = await (await call(SETTINGS, { headers: operator })).text();
  const [stored] = await driver.all({
    sql: "select value from plinth_auth_settings where section = 'captcha' and name = 'secret'",
    params: [],
  });
  for (const text of [changed, shown, String(stored?.value)]) expect(text).not.toContain(TURNSTILE.passes);
  const { data } = JSON.parse(shown) as { data: { captcha: object } };
  expect(data.captcha).toMatchObject({ secret: "***", site_key: TURNSTILE.site_key });
  expect((await send(SETTINGS, data, operator, "PATCH")).status).toBe(200);
  expect((await signUp("ben@example.com", TURNSTILE.token)).status).toBe(200);
  const fieldIn = async (answer: Response) => (await refusalIn(answer)).slice(1) as unknown;
  expect(await fieldIn(await change({ secret: null }))).toEqual(["VALIDATION", "captcha.secret"]);
  expect(await fieldIn(await change({ site_key: null }))).toEqual(["VALIDATION", "captcha.site_key"]);
  expect(await fieldIn(await change({ provider: "recaptcha" }))).toEqual(["VALIDATION", "captcha.provider"]);
  expect(await fieldIn(await change({ secret: "x".repeat(1001) }))).toEqual(["VALIDATION", "captcha.secret"]);
});

test("hosted pages show the challenge, and may load what it needs and nothing else", async () => {
  const { call, turnstile, change } = await open();
  const policyOf = async (path: string) => {
    const answer = await call(path);
    return { policy: answer.headers.get("content-security-policy")!, text: await answer.text() };
  };
  const before = await policyOf("/t/acme/sign-up");
  expect(before.policy).not.toContain("https:");
  expect(before.text).not.toContain('data-captcha="');
  await turnstile();
  const turned = await policyOf("/t/acme/sign-up");
  expect(turned.policy).toMatch(/script-src 'nonce-[\w-]+' https:\/\/challenges\.cloudflare\.com;/);
  expect(turned.policy).toContain("frame-src https://challenges.cloudflare.com;");
  expect(turned.policy).toContain("connect-src 'self';");
  expect(turned.text).toContain('data-captcha="sign_up"');
  expect(turned.text).toContain(TURNSTILE.site_key);
  expect((await policyOf("/t/acme/sign-in/mail")).text).toContain('data-captcha="codes"');
  for (const path of ["/t/acme/sign-in", "/sign-up", "/operator/sign-in"]) {
    expect((await policyOf(path)).policy).not.toContain("https:");
  }
  await change({ provider: "hcaptcha", required_for: ["sign_in", "codes", "reset"] });
  for (const path of ["/t/acme/sign-in", "/t/acme/sign-in/mail", "/t/acme/forgot-password"]) {
    const { policy, text } = await policyOf(path);
    expect(policy).toContain("frame-src https://hcaptcha.com https://*.hcaptcha.com;");
    expect(text).toContain("data-captcha=");
  }
});
