import { expect, test } from "bun:test";
import { createRequire } from "node:module";
import { nativeScrypt } from "./scrypt.ts";

/** better-auth's own hashing; it is a dependency of the auth package. */
const auth = createRequire(new URL("../../../../packages/auth/package.json", import.meta.url));
const own = auth("better-auth/crypto") as {
  hashPassword(password: string): Promise<string>;
  verifyPassword(input: { hash: string; password: string }): Promise<boolean>;
};

const PASSWORD = "correct horsé";

test("hashes are the same as those of hosts without it", async () => {
  expect(await nativeScrypt.verify({ hash: await own.hashPassword(PASSWORD), password: PASSWORD })).toBe(true);
  expect(await own.verifyPassword({ hash: await nativeScrypt.hash(PASSWORD), password: PASSWORD })).toBe(true);
});

test("another password is refused, and so is a hash of another kind", async () => {
  const hash = await nativeScrypt.hash(PASSWORD);
  expect(await nativeScrypt.verify({ hash, password: "correct horse" })).toBe(false);
  for (const foreign of ["", "x", "$2b$10$abc", `${hash}00`]) {
    expect(await nativeScrypt.verify({ hash: foreign, password: PASSWORD })).toBe(false);
  }
});

test("the same characters in another form are the same password", async () => {
  const hash = await nativeScrypt.hash(PASSWORD.normalize("NFC"));
  expect(await nativeScrypt.verify({ hash, password: PASSWORD.normalize("NFD") })).toBe(true);
});
