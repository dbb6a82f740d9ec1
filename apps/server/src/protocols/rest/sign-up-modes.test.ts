import { expect, test } from "bun:test";
import type { Mailer } from "@plinth/core";
import { bearer, testApp } from "../../testing/app.ts";

const account = (email: string) => ({ name: "Someone", email, password: "correct horse" });

async function codeOf(answer: Promise<Response>): Promise<string | number> {
  const response = await answer;
  const body = (await response.json()) as { error?: { code: string } };
  return body.error?.code ?? response.status;
}

/** An operator, and an app over the same database that lets in whom its settings say. */
async function open(settings: Parameters<typeof testApp>[0], { mailer }: { mailer?: Mailer } = {}) {
  const first = testApp();
  const operator = bearer(await first.signUp("operator@example.com"));
  const app = testApp(settings, { driver: first.driver, mailer });
  const invite = async (email: string) => {
    const response = await app.send("/api/invitations", { email }, operator);
    return ((await response.json()) as { data?: { token: string } }).data?.token;
  };
  const signUp = (email: string, more: object = {}) =>
    codeOf(app.send("/api/auth/sign-up/email", { ...account(email), ...more }));
  return { app, operator, invite, signUp };
}

test("by invitation only", async () => {
  const { invite, signUp } = await open({ signUp: "invite" });
  expect(await signUp("a@example.com")).toBe("INVITATION_REQUIRED");
  expect(await signUp("a@example.com", { invitation: "made-up" })).toBe("INVALID_INVITATION");
  const invitation = await invite("a@example.com");
  expect(await signUp("b@example.com", { invitation })).toBe("INVALID_INVITATION");
  const both = await Promise.all([signUp("a@example.com", { invitation }), signUp("A@example.com", { invitation })]);
  expect(both.filter((code) => code === 200)).toHaveLength(1);
});

test("closed also to those who were invited", async () => {
  const { app, operator, invite, signUp } = await open({ signUp: "closed" });
  expect(await invite("a@example.com")).toBeUndefined();
  expect(await signUp("a@example.com", { invitation: "made-up" })).toBe("SIGN_UP_CLOSED");
  expect(await codeOf(app.send("/api/users", account("a@example.com"), operator))).toBe(201);
  const { password, email } = account("a@example.com");
  expect(await codeOf(app.send("/api/auth/sign-in/email", { email, password }))).toBe(200);
});

const mailer: Mailer = {
  name: "test",
  capabilities: { deduplicates: false, development: false },
  send: async () => {},
};
const DOMAINS = { signUpDomains: ["example.com"] };

test("from some domains only, where a mail proves the address before the account can be used, or invited", async () => {
  const { app, invite, signUp } = await open(DOMAINS, { mailer });
  const { password } = account("");
  expect(await signUp("boss@Example.com")).toBe(200);
  const signIn = () => codeOf(app.send("/api/auth/sign-in/email", { email: "boss@example.com", password }));
  expect(await signIn()).toBe("EMAIL_NOT_VERIFIED");
  await app.driver.run({
    sql: "update plinth_users set email_verified = 1 where email = 'boss@example.com'",
    params: [],
  });
  expect(await signIn()).toBe(200);
  for (const email of ["a@example.org", "a@example.com.evil.test", "a@sub.example.com"]) {
    expect(await signUp(email)).toBe("EMAIL_NOT_ALLOWED");
  }
  expect(await signUp("guest@example.org", { invitation: await invite("guest@example.org") })).toBe(200);
});

test("from some domains only, where no mail is sent that proves an address: invited, or made", async () => {
  const { app, operator, invite, signUp } = await open(DOMAINS);
  expect(await signUp("boss@example.com")).toBe("EMAIL_NOT_VERIFIED");
  expect(await signUp("guest@example.org", { invitation: await invite("guest@example.org") })).toBe(200);
  const { email, password } = account("made@example.com");
  expect(await codeOf(app.send("/api/users", account(email), operator))).toBe(201);
  expect(await codeOf(app.send("/api/auth/sign-in/email", { email, password }))).toBe(200);
});

test("the page of an invitation shows a form and what it is for, and not whom", async () => {
  const { app, invite } = await open({ signUp: "invite" });
  const [real, made] = await Promise.all(
    [await invite("secret-guest@example.com"), "made-up"].map(async (token) =>
      (await app.call(`/invitation?token=${token}`)).text(),
    ),
  );
  const plain = (page: string | undefined) => page?.replace(/nonce="[^"]*"/g, "");
  const form = 'data-path="/auth/sign-up/email"';
  expect([real, made]).toEqual([expect.stringContaining(form), expect.stringContaining(form)]);
  expect(real).not.toContain("secret-guest");
  const told = '<p class="lead">You are invited to Plinth.</p>';
  expect(real).toContain(told);
  expect(plain(real?.replace(told, ""))).toBe(plain(made));
});
