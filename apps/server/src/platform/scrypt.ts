import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import type { PasswordHasher } from "@plinth/core";

/** As better-auth's own hashes, so that a database may move between hosts. */
const COST = { N: 16_384, r: 16, p: 1 };
const KEY_BYTES = 64;

/**
 * Scrypt by the host's own code, off the thread that answers requests. For hosts that have `node:crypto` and resolve
 * packages as the web's, by which better-auth falls back to scrypt in JavaScript.
 */
export const nativeScrypt: PasswordHasher = {
  async hash(password) {
    const salt = randomBytes(16).toString("hex");
    return `${salt}:${(await derive(password, salt)).toString("hex")}`;
  },
  async verify({ hash, password }) {
    const [salt = "", key = ""] = hash.split(":");
    const expected = Buffer.from(key, "hex");
    return expected.length === KEY_BYTES && timingSafeEqual(await derive(password, salt), expected);
  },
};

function derive(password: string, salt: string): Promise<Buffer> {
  const options = { ...COST, maxmem: 256 * COST.N * COST.r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
