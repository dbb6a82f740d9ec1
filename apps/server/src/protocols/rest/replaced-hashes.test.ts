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

test("of several first sign-ins at once with stronger hashes, each succeeds, and a wrong password does not", async () => {
  const { send, signUp, driver } = testApp(
    { authRateLimit: 0, passwordHashing: "scrypt" },
    { passwords: strongerHasher() },
  );
  await signUp("operator@example.com");
  await signUp("ada@example.com");
  await driver.run({ sql: "update plinth_accounts set password = 'weak:correct horse'", params: [] });
  const signIn = async (password: string) =>
    (await send("/api/auth/sign-in/email", { email: "ada@example.com", password })).status;
  const passwords = ["correct horse", "correct horse", "wrong", "correct horse"];
  expect(await Promise.all(passwords.map(signIn))).toEqual([200, 200, 401, 200]);
  const stored = await driver.all({ sql: "select password from plinth_accounts order by created_at desc", params: [] });
  expect(weak(String(stored[0]!.password))).toBe(false);
});
