import { expect, test } from "bun:test";
import { createRequire } from "node:module";
import { functionScrypt, serverScrypt } from "../../apps/server/src/platform/scrypt.ts";
import { portableScrypt } from "../../packages/auth/src/portable-scrypt.ts";

/** better-auth's own hashing; it is a dependency of the auth package. */
const auth = createRequire(new URL("../../packages/auth/package.json", import.meta.url));
const own = auth("better-auth/crypto") as { hashPassword(password: string): Promise<string> };

const PASSWORD = "correct horsé";
const HASHERS = { server: serverScrypt, function: functionScrypt, portable: portableScrypt };

test("every host checks the hashes of every other, and those that better-auth made", async () => {
  const hashes = [await own.hashPassword(PASSWORD)];
  for (const hasher of Object.values(HASHERS)) hashes.push(await hasher.hash(PASSWORD));
  for (const hasher of Object.values(HASHERS)) {
    for (const hash of hashes) expect(await hasher.verify({ hash, password: PASSWORD })).toBe(true);
    expect(await hasher.verify({ hash: hashes[1]!, password: "correct horse" })).toBe(false);
  }
  const [old, server, func] = hashes as [string, string, string];
  expect([old, server, func].map((hash) => serverScrypt.isWeaker(hash))).toEqual([true, false, true]);
  expect([old, server, func].map((hash) => functionScrypt.isWeaker(hash))).toEqual([false, false, false]);
});

test("the same characters in another form are the same password", async () => {
  const hash = await functionScrypt.hash(PASSWORD.normalize("NFC"));
  expect(await functionScrypt.verify({ hash, password: PASSWORD.normalize("NFD") })).toBe(true);
});
