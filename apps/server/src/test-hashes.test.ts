import { expect, test } from "bun:test";
import { functionScrypt } from "./platform/scrypt.ts";
import { testHashes } from "./test-hashes.ts";

const PASSWORD = "correct horsé";

test("a password is known by its hash, in any form of its characters, and no other is", async () => {
  const hash = await testHashes.hash(PASSWORD.normalize("NFC"));
  expect(await testHashes.verify({ hash, password: PASSWORD.normalize("NFD") })).toBe(true);
  expect(await testHashes.verify({ hash, password: "correct horse" })).toBe(false);
});

test("neither kind of hash is taken for the other", async () => {
  const [weak, real] = [await testHashes.hash(PASSWORD), await functionScrypt.hash(PASSWORD)];
  expect(await functionScrypt.verify({ hash: weak, password: PASSWORD })).toBe(false);
  expect(await testHashes.verify({ hash: real, password: PASSWORD })).toBe(false);
});
