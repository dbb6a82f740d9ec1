import { expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";

const account = (email: string) => ({ name: "Someone", email, password: "correct horse" });

async function codeOf(answer: Promise<Response>): Promise<string | number> {
  const response = await answer;
  const body = (await response.json()) as { error?: { code: string } };
  return body.error?.code ?? response.status;
}

/** An operator, and an app over the same database that lets in whom its settings say. */
async function open(settings: Parameters<typeof testApp>[0]) {
  const first = testApp();
  const operator = bearer(await first.signUp("operator@example.com"));
  const app = testApp(settings, { driver: first.driver });
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

test("from some domains only, or invited", async () => {
  const { invite, signUp } = await open({ signUpDomains: ["example.com"] });
  expect(await signUp("a@Example.com")).toBe(200);
  for (const email of ["a@example.org", "a@example.com.evil.test", "a@sub.example.com"]) {
    expect(await signUp(email)).toBe("EMAIL_NOT_ALLOWED");
  }
  expect(await signUp("guest@example.org", { invitation: await invite("guest@example.org") })).toBe(200);
});

test("the page of an invitation shows a form, and nothing about the invitation", async () => {
  const { app, invite } = await open({ signUp: "invite" });
  const [real, made] = await Promise.all(
    [await invite("secret-guest@example.com"), "made-up"].map(async (token) =>
      (await app.call(`/invitation?token=${token}`)).text(),
    ),
  );
  const plain = (page: string | undefined) => page?.replace(/nonce="[^"]*"/g, "");
  expect(real).toContain('data-path="/auth/sign-up/email"');
  expect(plain(real)).toBe(plain(made));
});
