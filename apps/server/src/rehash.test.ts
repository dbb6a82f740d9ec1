/** Stored hashes that are weaker than the host's are replaced when their users sign in. */
import { expect, test } from "bun:test";
import { scryptHasher } from "@plinth/core";
import { nativeScrypt } from "./platform/scrypt.ts";
import { testApp } from "./testing/app.ts";

const WEAK = scryptHasher({ ln: 8, r: 8, p: 1 }, nativeScrypt);
const STRONG = scryptHasher({ ln: 8, r: 8, p: 3 }, nativeScrypt);
const EMAIL = "operator@example.com";
const PASSWORD = "correct horse";

test("once, and never by a weaker one", async () => {
  const before = testApp({ passwordHashing: "scrypt" }, { passwords: WEAK });
  await before.signUp(EMAIL);
  const { driver } = before;
  const stored = async () => {
    const [row] = await driver.all({ sql: "select password, updated_at from plinth_accounts", params: [] });
    return row as { password: string; updated_at: number };
  };
  const signIn = async (app: typeof before, password = PASSWORD) =>
    (await app.send("/api/operator/auth/sign-in/email", { email: EMAIL, password })).status;
  const first = await stored();
  expect(first.password).toStartWith("$scrypt$ln=8,r=8,p=1$");

  const after = testApp({ passwordHashing: "scrypt" }, { driver, passwords: STRONG });
  expect(await signIn(after, "wrong horse")).toBe(401);
  expect(await stored()).toEqual(first);
  expect(await signIn(after)).toBe(200);
  const second = await stored();
  expect(second.password).toStartWith("$scrypt$ln=8,r=8,p=3$");
  expect(await signIn(after)).toBe(200);
  expect(await stored()).toEqual(second);
  expect(await signIn(before)).toBe(200);
  expect(await stored()).toEqual(second);
});

test("a sign-in succeeds where the new hash cannot be stored", async () => {
  const warned: string[] = [];
  const quiet = () => {};
  const log = { debug: quiet, info: quiet, error: quiet, warn: (message: string) => warned.push(message) };
  const before = testApp({ passwordHashing: "scrypt" }, { passwords: WEAK });
  await before.signUp(EMAIL);
  const failing = { ...STRONG, hash: () => Promise.reject(new Error("no memory")) };
  const after = testApp({ passwordHashing: "scrypt" }, { driver: before.driver, passwords: failing, log });
  const answer = await after.send("/api/operator/auth/sign-in/email", { email: EMAIL, password: PASSWORD });
  expect([answer.status, warned]).toEqual([200, ["a password's hash could not be replaced by a stronger one"]]);
});
