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
  /** Called in the request whose password is right, with the hash that is now stored. */
  onVerified?: ((hash: string) => void) | undefined;
}

/**
 * The host's hasher, or one in JavaScript, whose hashes wait for their turn by account and address. A hash that is weaker
 * than the host's is replaced as soon as its password was right.
 */
export function boundedHasher({ hasher = portableScrypt, queue, log, owner, replace, onVerified }: BoundedOptions) {
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => (queue ? queue.run(owner(), work) : work());
  return {
    hash: (password: string) => inTurn(() => hasher.hash(password)),
    async verify({ hash, password }: { hash: string; password: string }): Promise<boolean> {
      // Another request may run it, so it learns nothing about this one.
      const stored = await inTurn(async () => {
        if (!(await hasher.verify({ hash, password }))) return undefined;
        if (!replace || !hasher.isWeaker(hash)) return hash;
        try {
          const by = await hasher.hash(password);
          await replace(hash, by);
          return by;
        } catch (error) {
          // The password was right, whatever becomes of this.
          log.warn("a password's hash could not be replaced by a stronger one", { error });
          return hash;
        }
      });
      if (stored === undefined) return false;
      onVerified?.(stored);
      return true;
    },
  };
}
