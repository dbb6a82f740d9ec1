import { as, type Who } from "../../as.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { bearerOf, userIn } from "../../fixtures/session.ts";
import { isWorkspace, settingsOf } from "../../fixtures/workspace.ts";
import { type Call, get, INTERNALS, ok, patch, post, refused, type Scenario, type Step } from "../../scenario.ts";

const SETTINGS = "/api/auth-settings";
const DEFAULTS = {
  pages: { name: null, logo_url: null, accent: null, privacy_url: null },
  terms: { url: null, version: "1" },
  own_account: { deletion: "release" },
  sign_up: { mode: "open", domains: [] },
  email: { verification: "optional" },
  phone: { sign_in: false, countries: [], max_per_day: 100 },
  passwords: { min_length: 8, refuse_common: true },
  sessions: { idle_hours: 168, max_hours: 2160, step_up_minutes: 15 },
  tokens: { access_token_minutes: 15, audience: null, claims: {} },
  hooks: { before_sign_up: null, after_sign_in: null, password_check: null, token_claims: null, secret_ids: [] },
  captcha: { provider: null, site_key: null, secret: null, required_for: ["sign_up"], hostnames: [] },
};

/** Changes that are refused, so that no other scenario meets them. */
const change = (body: object): Call => patch(SETTINGS, body as never);

/** An operator changes a workspace that the scenario has made for itself. */
const changeIn = (slug: string, body: object): Call => patch(settingsOf(slug), body as never);

const signUpIn = (slug: string, email: string, password: string): Call =>
  post(`/api/t/${slug}/auth/sign-up/email`, { name: "ida", email, password });

const askedMail = (slug: string, page: string): Call =>
  post(`/api/t/${slug}/auth/send-verification-email`, { email: "ida@ida.example", callback_url: page });

const bad = (
  name: string,
  body: object,
  field: string,
  code: "VALIDATION" | "UNKNOWN_FIELD" = "VALIDATION",
): Scenario => ({
  name: `auth settings: refused: ${name}`,
  as: as.otherSecretKey,
  request: change(body),
  expect: refused(422, code, field),
});

const strangers: readonly [Who, number, "UNAUTHORIZED" | "FORBIDDEN"][] = [
  [as.anonymous, 401, "UNAUTHORIZED"],
  [as.user("alice"), 403, "FORBIDDEN"],
  [as.publicKey, 403, "FORBIDDEN"],
];

export const scenarios: Scenario[] = [
  ...strangers.map(
    ([who, status, code]): Scenario => ({
      name: `auth settings: neither shown to nor changed by ${who.name}`,
      as: who,
      request: get(SETTINGS),
      expect: refused(status, code),
      then: [{ request: change({ pages: { name: "Mine" } }), expect: refused(status, code) }],
    }),
  ),
  {
    name: "auth settings: a workspace's own, shown on its pages and nowhere else",
    as: as.operator,
    given: [isWorkspace("sons")],
    request: changeIn("sons", { pages: { name: "Other & <Sons>", accent: "#FFEE00", logo_url: "/api/logo.png" } }),
    expect: ok({
      data: { ...DEFAULTS, pages: { name: "Other & <Sons>", accent: "#ffee00", logo_url: "/api/logo.png" } },
    }),
    then: [
      { as: as.secretKey, request: get(SETTINGS), expect: { ...ok({ data: DEFAULTS }), excludes: ["Sons"] } },
      {
        as: as.anonymous,
        request: get("/t/sons/sign-in"),
        expect: {
          status: 200,
          contains: ["Other &amp; &lt;Sons&gt;", 'src="/api/logo.png"', '"api":"/api/t/sons"'],
          headers: { "content-security-policy": /img-src data: 'self';/ },
          excludes: ["<Sons>", ...INTERNALS],
        },
      },
      { as: as.anonymous, request: get("/sign-in"), expect: { status: 200, excludes: ["Sons", ...INTERNALS] } },
      { as: as.anonymous, request: get("/t/nowhere/sign-in"), expect: refused(404, "NOT_FOUND") },
      {
        request: changeIn("sons", { pages: { name: null } }),
        expect: ok({ data: { pages: { name: null, accent: "#ffee00" } } }),
      },
      {
        request: changeIn("sons", { pages: { accent: null, logo_url: null }, own_account: {} }),
        expect: ok({ data: DEFAULTS }),
      },
      {
        request: get("/api/t/sons/security-log", { type: "auth_settings_change", limit: "1" }),
        expect: ok({ data: [{ detail: { settings: ["pages.logo_url", "pages.accent"] } }] }),
      },
    ],
  },
  {
    name: "auth settings: users delete their accounts only where the workspace lets them, and their items as it says",
    as: as.operator,
    given: [
      isWorkspace("leos"),
      {
        as: as.anonymous,
        request: post("/api/t/leos/auth/sign-up/email", { name: "leo", email: emailOf("leo"), password: PASSWORD }),
        expect: { status: 200, excludes: [] },
      },
      {
        request: post("/api/t/leos/collections", { slug: "things", fields: [] }),
        expect: { status: 201, excludes: [] },
      },
      {
        request: (seen) => post("/api/t/leos/items/things", { owner_id: userIn(seen.replies[1]) }),
        expect: { status: 201, excludes: [] },
      },
    ],
    request: changeIn("leos", { own_account: { deletion: "off" } }),
    expect: ok({ data: { own_account: { deletion: "off" } } }),
    then: [
      {
        as: as.anonymous,
        request: (seen) => post("/api/me/delete", { email: emailOf("leo") }, bearerOf(seen.replies[1])),
        expect: refused(403, "FORBIDDEN"),
      },
      { request: changeIn("leos", { own_account: { deletion: "delete" } }), expect: { status: 200 } },
      {
        as: as.anonymous,
        request: (seen) => post("/api/me/delete", { email: emailOf("leo") }, bearerOf(seen.replies[1])),
        expect: ok({ data: { complete: true, items: { released: 0, deleted: 1 } } }),
      },
    ],
  },
  {
    name: "auth settings: a workspace decides who signs up and where links lead, and no other is touched",
    as: as.operator,
    given: [isWorkspace("idas")],
    request: changeIn("idas", {
      sign_up: { domains: ["Ida.example"] },
      redirects: { urls: ["https://ida.example/welcome"], site_url: "https://ida.example/" },
      passwords: { min_length: 24 },
    }),
    expect: ok({
      data: {
        sign_up: { mode: "open", domains: ["ida.example"] },
        redirects: { urls: ["https://ida.example/welcome"], site_url: "https://ida.example/" },
      },
    }),
    then: [
      {
        as: as.anonymous,
        request: signUpIn("idas", "ida@other.example", `${PASSWORD} and more`),
        expect: refused(403, "EMAIL_NOT_ALLOWED", "email"),
      },
      {
        as: as.anonymous,
        request: signUpIn("idas", "ida@ida.example", PASSWORD),
        expect: refused(422, "VALIDATION", "password"),
      },
      {
        as: as.anonymous,
        request: askedMail("idas", "https://ida.example/welcome"),
        expect: { status: 200, excludes: [] },
      },
      {
        as: as.anonymous,
        request: askedMail("idas", "https://ida.example/other"),
        expect: refused(422, "VALIDATION", "callback_url"),
      },
      {
        as: as.anonymous,
        request: post("/api/auth/send-verification-email", {
          email: emailOf("ida"),
          callback_url: "https://ida.example/welcome",
        }),
        expect: refused(422, "VALIDATION", "callback_url"),
      },
      { request: changeIn("idas", { sign_up: { mode: "closed" } }), expect: { status: 200 } },
      {
        as: as.anonymous,
        request: signUpIn("idas", "ida@ida.example", `${PASSWORD} and more`),
        expect: refused(403, "SIGN_UP_CLOSED"),
      },
      { as: as.anonymous, request: get("/t/idas/sign-up"), expect: { status: 200, excludes: ["<form", ...INTERNALS] } },
    ],
  },
  {
    name: "auth settings: strangers solve a challenge first, where the workspace asks for it",
    as: as.operator,
    given: [isWorkspace("evas")],
    request: changeIn("evas", { captcha: { provider: "turnstile", site_key: "1x0AA", secret: "a secret for tests" } }),
    expect: { ...ok({ data: { captcha: { provider: "turnstile", secret: "***" } } }), excludes: ["secret for tests"] },
    then: [
      { as: as.anonymous, request: signUpIn("evas", emailOf("eva"), PASSWORD), expect: refused(403, "CAPTCHA_FAILED") },
      {
        as: as.anonymous,
        request: get("/t/evas/sign-up"),
        expect: {
          status: 200,
          contains: ['data-captcha="sign_up"', "1x0AA"],
          headers: { "content-security-policy": /frame-src https:\/\/challenges\.cloudflare\.com;/ },
          excludes: INTERNALS,
        },
      },
      {
        request: get("/api/t/evas/security-log", { type: "captcha_refusal" }),
        expect: ok({ data: [{ outcome: "failed", detail: { action: "sign_up", reason: "missing" } }] }),
      },
      {
        request: changeIn("evas", { captcha: { secret: null } }),
        expect: refused(422, "VALIDATION", "captcha.secret"),
      },
      { request: changeIn("evas", { captcha: { provider: null } }), expect: { status: 200 } },
      {
        as: as.anonymous,
        request: signUpIn("evas", emailOf("eva"), PASSWORD),
        expect: { status: 200, excludes: [] },
      },
    ],
  },
  {
    name: "auth settings: hooks are signed, and never asked in a private network",
    as: as.operator,
    given: [isWorkspace("olgas")],
    request: changeIn("olgas", { hooks: { password_check: "https://example.com/hooks" } }),
    expect: refused(422, "VALIDATION", "hooks.password_check"),
    then: [
      { request: post("/api/t/olgas/auth-settings/hook-secret", {}), expect: { status: 200, excludes: [] } },
      ...(["before_sign_up", "after_sign_in", "password_check", "token_claims"] as const).map(
        (hook): Step => ({
          request: changeIn("olgas", { hooks: { [hook]: "https://10.0.0.1/hooks" } }),
          expect: refused(422, "VALIDATION", `hooks.${hook}`),
        }),
      ),
      {
        request: changeIn("olgas", { hooks: { after_sign_in: "https://example.com/hooks" } }),
        expect: ok({ data: { hooks: { after_sign_in: "https://example.com/hooks" } } }),
      },
      { request: changeIn("olgas", { hooks: { after_sign_in: null } }), expect: { status: 200 } },
    ],
  },
  {
    name: "auth settings: no key changes who comes in",
    as: as.otherSecretKey,
    request: change({ sign_up: { mode: "closed" } }),
    expect: refused(403, "FORBIDDEN", "sign_up"),
  },
  bad("a colour by its name", { pages: { accent: "red" } }, "pages.accent"),
  bad("a logo that could run", { pages: { logo_url: "javascript:alert(1)" } }, "pages.logo_url"),
  bad("a logo without encryption", { pages: { logo_url: "http://cdn.example.com/logo.png" } }, "pages.logo_url"),
  bad("a logo of another kind", { pages: { logo_url: "data:text/html;base64,AAAA" } }, "pages.logo_url"),
  bad("terms elsewhere by a trick", { terms: { url: "//evil.example" } }, "terms.url"),
  bad("a shorter password than any workspace may allow", { passwords: { min_length: 4 } }, "passwords.min_length"),
  bad("a deletion of another kind", { own_account: { deletion: "maybe" } }, "own_account.deletion"),
  bad("a setting that does not exist", { pages: { colour: "#ffffff" } }, "pages.colour", "UNKNOWN_FIELD"),
  bad("a section that does not exist", { page: {} }, "page", "UNKNOWN_FIELD"),
];
