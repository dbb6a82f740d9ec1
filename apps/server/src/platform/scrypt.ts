import { type DeriveKey, MODEST_COST, type PasswordHasher, SERVER_COST, scryptHasher } from "@plinth/core";

/** Scrypt by the host's own code, off the thread that answers requests. */
export const nativeScrypt: DeriveKey = async (password, salt, { ln, r, p }, bytes) => {
  // With the first password: on Bun the module is a twentieth of a start.
  const { scrypt } = await import("node:crypto");
  const N = 2 ** ln;
  // Twice what the key needs: the check counts some more than the formula.
  const options = { N, r, p, maxmem: 256 * r * (N + p) };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
};

export const serverScrypt: PasswordHasher = scryptHasher(SERVER_COST, nativeScrypt);
/** For functions, whose processor time is limited or a fraction of a core. */
export const functionScrypt: PasswordHasher = scryptHasher(MODEST_COST, nativeScrypt);
