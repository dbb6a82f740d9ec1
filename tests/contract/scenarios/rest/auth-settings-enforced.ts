import { as } from "../../as.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { bearerOf, userIn } from "../../fixtures/session.ts";
import { changeIn, isWorkspace } from "../../fixtures/workspace.ts";
import { type Call, get, INTERNALS, ok, post, refused, type Scenario, type Step } from "../../scenario.ts";

const signUpIn = (slug: string, email: string, password: string): Call =>
  post(`/api/t/${slug}/auth/sign-up/email`, { name: "ida", email, password });

const askedMail = (slug: string, page: string): Call =>
  post(`/api/t/${slug}/auth/send-verification-email`, { email: "ida@ida.example", callback_url: page });

export const scenarios: Scenario[] = [
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
        request: signUpIn("idas", "boss@ida.example", `${PASSWORD} and more`),
        // Whoever types an address of the domain has not proven to have it.
        expect: ok({ token: null }),
      },
      {
        as: as.anonymous,
        request: post("/api/t/idas/auth/sign-in/email", {
          email: "boss@ida.example",
          password: `${PASSWORD} and more`,
        }),
        expect: refused(403, "EMAIL_NOT_VERIFIED"),
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
      ...(["before_sign_up", "after_sign_in", "password_check", "token_claims", "file_scan"] as const).map(
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
];
