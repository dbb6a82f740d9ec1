import type { Log, PasswordHasher } from "@plinth/core";
import type { HashOwner, HashQueue } from "./hash-queue.ts";
import { portableScrypt } from "./portable-scrypt.ts";

interface BoundedOptions {
  readonly hasher: PasswordHasher | undefined;
  readonly queue: HashQueue | undefined;
  readonly log: Log;
  owner(): HashOwner;
  /** Stores a new hash of the same password in place of this one, if it is still stored. */
  replace?: ((hash: string, by: string) => Promise<void>) | undefined;
}

/**
 * The host's hasher, or one in JavaScript, whose hashes wait for their turn by account and address. A hash that is weaker
 * than the host's is replaced as soon as its password was right.
 */
export function boundedHasher({ hasher = portableScrypt, queue, log, owner, replace }: BoundedOptions) {
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => (queue ? queue.run(owner(), work) : work());
  return {
    hash: (password: string) => inTurn(() => hasher.hash(password)),
    verify: ({ hash, password }: { hash: string; password: string }) =>
      inTurn(async () => {
        if (!(await hasher.verify({ hash, password }))) return false;
        if (replace && hasher.isWeaker(hash)) {
          // The password was right, whatever becomes of this.
          await hasher
            .hash(password)
            .then((by) => replace(hash, by))
            .catch((error: unknown) =>
              log.warn("a password's hash could not be replaced by a stronger one", { error }),
            );
        }
        return true;
      }),
  };
}
