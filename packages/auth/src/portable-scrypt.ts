import { scryptAsync } from "@noble/hashes/scrypt.js";
import { MODEST_COST, type PasswordHasher, scryptHasher } from "@plinth/core";

/** Scrypt in JavaScript, for hosts without their own. */
export const portableScrypt: PasswordHasher = scryptHasher(MODEST_COST, (password, salt, { ln, r, p }, dkLen) => {
  const N = 2 ** ln;
  return scryptAsync(password, salt, { N, r, p, dkLen, maxmem: 256 * r * (N + p) });
});
