import type { PasswordHasher } from "@plinth/core";

/**
 * A hasher by which each attempt with a password is decided about, whatever it is for. better-auth hashes the password of an
 * account that is not there, so that its time tells nothing: while `mayBeUnknown`, that is an attempt too.
 */
export function decidedHasher(
  hasher: Pick<PasswordHasher, "hash" | "verify">,
  decide: (valid: boolean) => Promise<void>,
  mayBeUnknown: () => boolean,
): Pick<PasswordHasher, "hash" | "verify"> {
  return {
    async hash(password) {
      const hash = await hasher.hash(password);
      if (mayBeUnknown()) await decide(false);
      return hash;
    },
    async verify(input) {
      const valid = await hasher.verify(input);
      await decide(valid);
      return valid;
    },
  };
}
