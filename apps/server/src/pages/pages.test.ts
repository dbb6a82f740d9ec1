import { beforeEach, describe, expect, test } from "bun:test";
import { APP_URL, bearer, type TestApp, testApp } from "../testing/app.ts";
import { VERSION } from "../version.ts";
import { escapeHtml } from "./frame/html.ts";

let world: TestApp;
beforeEach(() => {
  world = testApp();
});

const FORM = /<form data-kind="(operator|sign-in)"/;
const page = async (path: string, init: Parameters<TestApp["call"]>[1] = {}) => {
  const response = await world.call(path, init);
  return { response, text: await response.text() };
};

describe("the start page", () => {
  test("offers the form to a local visitor, and the way to it to others", async () => {
    const here = await page("/");
    expect(here.response.status).toBe(200);
    expect(here.text).toMatch(FORM);
    expect(here.text).toContain("SQLite");
    expect(here.text).toContain(VERSION);
    const elsewhere = await page("/", { from: "192.0.2.1" });
    expect(elsewhere.text).not.toMatch(FORM);
    expect(elsewhere.text).toContain("setup link");
    expect(elsewhere.text).not.toContain("token=");
  });

  test("shows operators more than others", async () => {
    const operator = await world.signUp("o'neill@example.com");
    const user = await world.signUp("user@example.com");
    expect((await page("/")).text).not.toContain("Collections</dt>");
    expect((await page("/", { headers: bearer(user) })).text).not.toContain("Collections</dt>");
    const own = await page("/", { headers: bearer(operator) });
    expect(own.text).toContain("<dt>Collections</dt><dd>0</dd>");
    expect(own.text).toContain("o&#39;neill@example.com");
    expect(own.text).not.toMatch(FORM);
  });

  test("leads an operator whose proof is old to the page that asks for a new one", async () => {
    const operator = bearer(await world.signUp("operator@example.com"));
    const { text } = await page("/", { headers: operator });
    const path = /"step_up":"([^"]+)"/.exec(text)![1]!;
    const asked = await page(`${path}?next=%2F`, { headers: operator });
    expect([asked.response.status, asked.text.includes('data-path="/auth/step-up"')]).toEqual([200, true]);
  });

  test("leads an operator with a second factor to the page that asks for the code, and back", async () => {
    await world.signUp("operator@example.com");
    const { text } = await page("/?lang=de");
    const path = /"second_factor":"([^"]+)"/.exec(text)![1]!;
    expect(path).toBe("/operator/second-factor?next=%2F%3Flang%3Dde&lang=de");
    const asked = await page(path);
    expect([asked.response.status, asked.text.includes('"next":"/?lang=de"')]).toEqual([200, true]);
  });

  test("offers each visitor the next step", async () => {
    const [button, signOut] = ['data-kind="keys"', 'data-kind="sign-out"'];
    const operator = await world.signUp("operator@example.com");
    const user = await world.signUp("user@example.com");
    const stranger = await page("/", { from: "192.0.2.1" });
    expect(stranger.text).toContain('data-path="/auth/sign-in/email"');
    expect([stranger.text.includes(button), stranger.text.includes(signOut)]).toEqual([false, false]);
    const cookie = `plinth.session_token=${encodeURIComponent(user)}`;
    const other = await page("/", { headers: { cookie } });
    expect([other.text.includes(button), other.text.includes(signOut), other.text.match(FORM) !== null]).toEqual([
      false,
      false,
      true,
    ]);
    const own = await page("/", { headers: bearer(operator) });
    expect([own.text.includes("Make two keys"), own.text.includes(signOut), own.text.match(FORM) !== null]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("previews the sign-in page as strangers see it", async () => {
    const headers = bearer(await world.signUp("operator@example.com"));
    const form = 'data-path="/auth/sign-in/email"';
    const own = await page("/sign-in", { headers });
    expect([own.text.includes(form), own.text.includes("operator@example.com")]).toEqual([false, true]);
    const preview = await page("/sign-in?preview=1", { headers });
    expect([preview.text.includes(form), preview.text.includes("operator@example.com")]).toEqual([true, false]);
  });

  test("names an operator's keys, and shows none of them", async () => {
    const operator = bearer(await world.signUp("operator@example.com"));
    const made: string[] = [];
    for (let i = 0; i < 10; i++) {
      const answer = await world.send("/api/keys", { name: `<key ${i}>`, kind: "secret" }, operator);
      made.push(((await answer.json()) as { data: { key: string } }).data.key);
    }
    const { text } = await page("/", { headers: operator });
    expect(text).toContain("&lt;key 9&gt;");
    expect(text).not.toContain("<key");
    expect(text).toContain("Older keys: 2.");
    expect(text).toContain("Make two more keys");
    for (const key of made) expect(text).not.toContain(key);
    expect((await page("/")).text).not.toContain("&lt;key");
    expect((await page("/", { headers: { "x-api-key": made[0]! } })).text).not.toContain("&lt;key");
  });
});

describe("the setup page", () => {
  test("opens for the link, and for nobody once there is an operator", async () => {
    const link = new URL((await world.app.setupLink())!);
    const path = link.pathname + link.search;
    expect((await page(path, { from: "192.0.2.1" })).text).toMatch(FORM);
    const wrong = await page("/setup?token=wrong");
    expect([wrong.response.status, wrong.text.match(FORM) !== null]).toEqual([403, false]);
    expect((await page("/setup", { from: "192.0.2.1" })).response.status).toBe(403);
    await world.signUp("operator@example.com");
    const later = await page(path, { from: "192.0.2.1" });
    expect([later.response.status, later.text.match(FORM) !== null]).toEqual([200, false]);
    expect(later.text).toContain("has its operator");
  });

  test("may run only what it brings, and tells no one its address", async () => {
    const { response, text } = await page("/setup");
    const policy = response.headers.get("content-security-policy")!;
    const nonce = /script-src 'nonce-([\w-]+)'/.exec(policy)![1]!;
    expect(policy).toStartWith("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(text.match(/<(script|style)\b[^>]*>/g)).toEqual([
      `<style nonce="${nonce}">`,
      // Data, which a browser does not run.
      '<script type="application/json" id="page">',
      `<script nonce="${nonce}">`,
    ]);
    expect(text).not.toMatch(/\s(on\w+|style)=/);
    expect(text).not.toMatch(/(src|href)="https?:/);
    expect((await page("/setup")).response.headers.get("content-security-policy")).not.toBe(policy);
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});

test.each([
  ["/", "waiting for you", "wartet auf Sie", "vous attend"],
  ["/setup", "Welcome.", "Willkommen.", "Bienvenue."],
])("%s speaks the language of the address, or else the browser's", async (path, english, german, french) => {
  const inFrench = { headers: { "accept-language": "fr-CA" } };
  expect((await page(path)).text).toContain(english);
  expect((await page(`${path}?lang=de`, inFrench)).text).toContain(german);
  const { response, text } = await page(path, inFrench);
  expect(text).toContain(french);
  expect([response.headers.get("content-language"), text.includes('<html lang="fr"')]).toEqual(["fr", true]);
  expect(text).toContain('hreflang="es"');
});

test("what comes from elsewhere is escaped", () => {
  expect(escapeHtml(`<a href="x" b='y'>&`)).toBe("&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
});

test("the version is the package's", async () => {
  const manifest = (await Bun.file(`${import.meta.dir}/../../../../package.json`).json()) as { version: string };
  expect(VERSION).toBe(manifest.version);
});

test("the operators' sign-in page says who signs in there, and where an app's users do", async () => {
  await world.signUp("operator@example.com");
  const linkAt = async (next: string) => {
    const { text } = await page(`/operator/sign-in?next=${encodeURIComponent(next)}`);
    expect(text).toContain("Operators and members sign in here.");
    return /class="soft">Operators[^<]*<a href="([^"]*)">([^<]*)</.exec(text)?.slice(1);
  };
  const { origin } = new URL(APP_URL);
  expect(await linkAt("/admin/t/default/users")).toEqual(["/sign-in", `${origin}/sign-in`]);
  // Whether the workspace exists is not said.
  expect(await linkAt("/admin/t/shop/users?sort=name")).toEqual(["/t/shop/sign-in", `${origin}/t/shop/sign-in`]);
  expect(await linkAt('/admin/t/"><script>/users')).toEqual(["/sign-in", `${origin}/sign-in`]);
  expect((await page("/sign-in")).text).not.toContain("Operators and members");
});
