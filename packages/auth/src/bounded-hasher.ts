import type { PasswordHasher } from "@plinth/core";
import { hashPassword, verifyPassword } from "better-auth/crypto";
import type { HashOwner, HashQueue } from "./hash-queue.ts";

/** The host's hasher, or better-auth's own, whose hashes wait for their turn by account and address. */
export function boundedHasher(
  own: PasswordHasher | undefined,
  queue: HashQueue | undefined,
  owner: () => HashOwner,
): PasswordHasher {
  const hasher = own ?? { hash: hashPassword, verify: verifyPassword };
  if (!queue) return hasher;
  return {
    hash: (password) => queue.run(owner(), () => hasher.hash(password)),
    verify: (input) => queue.run(owner(), () => hasher.verify(input)),
  };
}
