import type { JsonObject } from "@plinth/core";
import { as } from "../../as.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { bearerOf, userIn } from "../../fixtures/session.ts";
import { changes, isWorkspace, settingsOf, signInTo, signUpIn } from "../../fixtures/workspace.ts";
import { aText, must } from "../../match.ts";
import type { HookAnswer, HookMessage } from "../../outside.ts";
import {
  answered,
  dataOf,
  get,
  INTERNALS,
  items,
  ok,
  patch,
  post,
  put,
  type Reply,
  refused,
  type Scenario,
  type Seen,
  type Step,
} from "../../scenario.ts";
import type { World } from "../../world.ts";

type Hook = "before_sign_up" | "after_sign_in" | "password_check" | "token_claims";

const noSecrets = [PASSWORD, "whsec_", ...INTERNALS];
const MAX_WAIT_MS = 60_000;

/** A workspace with a program: the replies are those of the workspace, the secret, and the settings. */
const asks = (slug: string, hook: Hook, answer: HookAnswer): Step[] => [
  isWorkspace(slug),
  { as: as.operator, request: post(`${settingsOf(slug)}/hook-secret`), expect: { status: 200, excludes: [] } },
  names(slug, hook, answer),
];

/** Another program with the workspace's secret, which is in the reply at 1. */
const names = (slug: string, hook: Hook, answer: HookAnswer): Step => ({
  as: as.operator,
  request: ({ outside, replies }) =>
    patch(settingsOf(slug), { hooks: { [hook]: outside.program(dataOf(replies[1], "secret"), answer) } }),
  expect: { status: 200, body: { data: { hooks: { [hook]: aText } } }, excludes: noSecrets },
});

/** The messages to the program that the reply of the settings names. */
function messagesTo(reply: Reply | undefined, hook: Hook, { outside }: Seen): readonly HookMessage[] {
  const { data } = reply!.json as { data: { hooks: Record<Hook, string> } };
  return outside.received(data.hooks[hook]);
}

const signedIn = answered(200, { user: { id: aText } });
const silence: HookAnswer = () => undefined;

async function untilReceived(world: World, received: () => readonly HookMessage[], count: number): Promise<void> {
  for (const end = Date.now() + MAX_WAIT_MS; received().length < count && Date.now() < end; ) {
    await world.must(as.operator, post("/api/tick"));
  }
}

export const scenarios: Scenario[] = [
  {
    name: "hooks: a program decides who signs up, and its silence lets nobody in",
    as: as.anonymous,
    given: [
      ...asks("hook-entry", "before_sign_up", ({ data }) => ({
        decision: data.email === emailOf("nina") ? "allow" : "deny",
      })),
      { request: signUpIn("hook-entry", "nero"), expect: refused(403, "SIGN_UP_REFUSED") },
    ],
    request: signUpIn("hook-entry", "nina"),
    expect: { ...signedIn, excludes: noSecrets },
    then: [
      names("hook-entry", "before_sign_up", silence),
      { request: signUpIn("hook-entry", "nora"), expect: refused(503, "UNAVAILABLE") },
      changes("hook-entry", { hooks: { before_sign_up: null } }),
      // None of the two has an account, so both may have one now.
      ...["nero", "nora"].map((user): Step => ({ request: signUpIn("hook-entry", user), expect: signedIn })),
    ],
    async verify(_, __, seen) {
      const about = (user: string) => ({
        type: "sign_up.before",
        data: { workspace: aText, email: emailOf(user), method: "password" },
      });
      must([...messagesTo(seen.replies[2], "before_sign_up", seen)] as never, [about("nero"), about("nina")]);
      must([...messagesTo(seen.replies[5], "before_sign_up", seen)] as never, [about("nora")]);
    },
  },
  {
    name: "hooks: a program amends a new account as far as the settings list it, and a function one without a form",
    as: as.anonymous,
    given: [
      ...asks("hook-amends", "before_sign_up", ({ data }) => ({
        decision: "allow",
        user: (data.email === emailOf("mona")
          ? { name: "Mona L.", plan: "trial" }
          : { email: "mine@example.com" }) as JsonObject,
      })),
      {
        as: as.operator,
        request: patch("/api/t/hook-amends/collections/users", { fields: [{ name: "plan", type: "text" }] }),
        expect: { status: 200 },
      },
      { request: signUpIn("hook-amends", "mona"), expect: refused(503, "UNAVAILABLE") },
      changes("hook-amends", { hooks: { sign_up_fields: ["name", "plan"] }, anonymous: { sign_in: true } }),
      { request: signUpIn("hook-amends", "milo"), expect: refused(503, "UNAVAILABLE") },
    ],
    request: signUpIn("hook-amends", "mona"),
    expect: { ...answered(200, { user: { name: "Mona L.", email: emailOf("mona") } }), excludes: noSecrets },
    then: [
      {
        as: as.operator,
        request: get("/api/t/hook-amends/items/users"),
        expect: ok({ data: [{ name: "Mona L.", plan: "trial", version: 1 }] }),
      },
      {
        as: as.operator,
        request: get("/api/t/hook-amends/security-log?type=hook_failure"),
        expect: {
          ...ok({
            data: ["user.email", "user.name"].map((field) => ({
              detail: { hook: "before_sign_up", reason: `${field}: is not in hooks.sign_up_fields` },
            })),
          }),
          excludes: ["mine@example.com"],
        },
      },
      {
        as: as.operator,
        request: put("/api/t/hook-amends/deployments/newcomers", {
          source: `export default ({ hook: { data } }) => ({ decision: "allow", user: { name: "New by " + data.method, plan: "none" } });`,
        }),
        expect: { status: 200 },
      },
      changes("hook-amends", { hooks: { before_sign_up: "function:newcomers" } }),
      {
        request: post("/api/t/hook-amends/auth/sign-in/anonymous", {}),
        expect: answered(200, { user: { name: "New by anonymous" } }),
      },
    ],
  },
  {
    name: "hooks: a program hears of each sign-in, and nobody waits for it",
    as: as.anonymous,
    given: [
      ...asks("hook-news", "after_sign_in", () => ({})),
      { request: signUpIn("hook-news", "otto"), expect: signedIn },
      {
        request: signInTo("hook-news", "otto", { password: "not this one" }),
        expect: refused(401, "INVALID_CREDENTIALS"),
      },
    ],
    request: signInTo("hook-news", "otto"),
    expect: { ...signedIn, excludes: noSecrets },
    async verify(reply, world, seen) {
      const received = () => messagesTo(seen.replies[2], "after_sign_in", seen);
      await untilReceived(world, received, 2);
      const message = {
        type: "sign_in.after",
        data: { user_id: userIn(reply), email: emailOf("otto"), methods: ["pwd"], session_id: aText },
      };
      must([...received()] as never, [message, message]);
    },
  },
  {
    name: "hooks: a program decides about passwords, right or wrong, and never sees one",
    as: as.anonymous,
    given: [
      isWorkspace("hook-doubt"),
      {
        as: as.operator,
        request: post(`${settingsOf("hook-doubt")}/hook-secret`),
        expect: { status: 200, excludes: [] },
      },
      { request: signUpIn("hook-doubt", "pia"), expect: signedIn },
      names("hook-doubt", "password_check", () => ({ decision: "allow" })),
      {
        request: signInTo("hook-doubt", "pia", { password: "not this one" }),
        expect: refused(401, "INVALID_CREDENTIALS"),
      },
    ],
    request: signInTo("hook-doubt", "pia"),
    expect: { ...signedIn, excludes: noSecrets },
    then: [
      names("hook-doubt", "password_check", () => ({ decision: "deny" })),
      { request: signInTo("hook-doubt", "pia"), expect: refused(403, "ATTEMPT_REFUSED") },
      names("hook-doubt", "password_check", silence),
      { request: signInTo("hook-doubt", "pia"), expect: refused(503, "UNAVAILABLE") },
    ],
    async verify(_, __, seen) {
      const received = messagesTo(seen.replies[3], "password_check", seen);
      const attempt = (valid: boolean) => ({
        type: "password.check",
        data: { email: emailOf("pia"), user_id: userIn(seen.replies[2]), valid, purpose: "sign_in" },
      });
      must([...received] as never, [attempt(false), attempt(true)]);
      if (JSON.stringify(received).includes(PASSWORD)) throw new Error("the program received a password");
    },
  },
  {
    name: "hooks: a program's claims are in access tokens, and rules see them",
    as: as.anonymous,
    given: [
      ...asks("hook-plans", "token_claims", () => ({ claims: { plan: "pro" } })),
      {
        as: as.operator,
        request: post("/api/t/hook-plans/collections", { slug: "offers", fields: [{ name: "plan", type: "text" }] }),
        expect: { status: 201, excludes: [] },
      },
      {
        as: as.operator,
        request: post("/api/t/hook-plans/permissions", {
          role: "authenticated",
          collection: "offers",
          action: "read",
          condition: { plan: { _eq: "$user.claims.custom.plan" } },
        }),
        expect: { status: 201, excludes: [] },
      },
      {
        as: as.operator,
        request: post("/api/t/hook-plans/items/offers", [{ plan: "pro" }, { plan: "free" }]),
        expect: { status: 201, excludes: [] },
      },
      { request: signUpIn("hook-plans", "rosa"), expect: signedIn },
      {
        request: signInTo("hook-plans", "rosa", { tokens: true }),
        expect: { status: 200, body: { tokens: { access_token: aText } }, excludes: noSecrets },
      },
    ],
    request: ({ replies }) => ({
      ...items("offers"),
      path: "/api/t/hook-plans/items/offers",
      headers: byToken(replies[7]),
    }),
    expect: answered(200, { data: [{ plan: "pro" }] }),
    then: [
      // A session is no access token.
      {
        request: ({ replies }) => ({
          ...items("offers"),
          path: "/api/t/hook-plans/items/offers",
          headers: bearerOf(replies[7]),
        }),
        expect: answered(200, { data: [] }),
      },
      names("hook-plans", "token_claims", silence),
      { request: signInTo("hook-plans", "rosa", { tokens: true }), expect: refused(503, "UNAVAILABLE") },
    ],
  },
];

function byToken(reply: Reply | undefined): Record<string, string> {
  const { tokens } = reply!.json as { tokens: JsonObject };
  return { authorization: `Bearer ${tokens.access_token}` };
}
