import { as, type Who } from "../../as.ts";
import { changeIn, isWorkspace } from "../../fixtures/workspace.ts";
import { type Call, get, INTERNALS, ok, patch, refused, type Scenario } from "../../scenario.ts";

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
  hooks: {
    before_sign_up: null,
    after_sign_in: null,
    password_check: null,
    token_claims: null,
    file_scan: null,
    secret_ids: [],
  },
  captcha: { provider: null, site_key: null, secret: null, required_for: ["sign_up"], hostnames: [] },
};

/** Changes that are refused, so that no other scenario meets them. */
const change = (body: object): Call => patch(SETTINGS, body as never);

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
