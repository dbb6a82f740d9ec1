import type { PasswordHasher } from "@plinth/core";

const MARK = "test:";

/** Hashes of no strength, by `PASSWORD_HASHING=test`. Their mark keeps them and real ones from being taken for each other. */
export const testHashes: PasswordHasher = {
  async hash(password) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(password.normalize("NFKC")));
    return MARK + Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  },
  async verify({ hash, password }) {
    return hash === (await testHashes.hash(password));
  },
  isWeaker: () => false,
};
