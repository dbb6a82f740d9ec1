/** Hashes that a server replaces by stronger ones, when their password is first used. */
import { expect, test } from "bun:test";
import { testApp } from "../../testing/app.ts";

const weak = (hash: string) => hash.startsWith("weak:");

/** No two hashes of a password are equal, as they are salted. */
function strongerHasher() {
  let made = 0;
  return {
    hash: async (password: string) => `strong ${++made}:${password}`,
    verify: async ({ hash, password }: { hash: string; password: string }) => hash.endsWith(`:${password}`),
    isWeaker: weak,
  };
}

test.each([
  ["without", 0],
  ["with", 1],
])(
  "%s a second factor, several first sign-ins with stronger hashes all succeed, and a wrong password does not",
  async (_, factor) => {
    const { send, signUp, driver } = testApp(
      { authRateLimit: 0, passwordHashing: "scrypt" },
      { passwords: strongerHasher() },
    );
    await signUp("operator@example.com");
    await signUp("ada@example.com");
    await driver.run({ sql: "update plinth_accounts set password = 'weak:correct horse'", params: [] });
    await driver.run({ sql: "update plinth_users set two_factor_enabled = ?", params: [factor] });
    const signIn = async (password: string) => {
      const answer = await send("/api/auth/sign-in/email", { email: "ada@example.com", password });
      return [answer.status, "challenge" in ((await answer.json()) as object)];
    };
    const passwords = ["correct horse", "correct horse", "wrong", "correct horse"];
    expect(await Promise.all(passwords.map(signIn))).toEqual([
      [200, factor === 1],
      [200, factor === 1],
      [401, false],
      [200, factor === 1],
    ]);
    const stored = await driver.all({
      sql: "select password from plinth_accounts order by created_at desc",
      params: [],
    });
    expect(weak(String(stored[0]!.password))).toBe(false);
  },
);
