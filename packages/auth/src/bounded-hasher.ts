import type { PasswordHasher } from "@plinth/core";
import { hashPassword, verifyPassword } from "better-auth/crypto";
import type { HashQueue } from "./hash-queue.ts";

/** The host's hasher, or better-auth's own, whose hashes wait for their turn by address. */
export function boundedHasher(
  own: PasswordHasher | undefined,
  queue: HashQueue | undefined,
  address: () => string | null,
): PasswordHasher {
  const hasher = own ?? { hash: hashPassword, verify: verifyPassword };
  if (!queue) return hasher;
  const inTurn = <T>(work: () => Promise<T>) => queue.run(address() ?? "", work);
  return {
    hash: (password) => inTurn(() => hasher.hash(password)),
    verify: (input) => inTurn(() => hasher.verify(input)),
  };
}
