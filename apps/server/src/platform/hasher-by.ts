import type { Hash } from "node:crypto";
import type { ContentHasher } from "@plinth/core";

/** A hasher by the hashes of `node:crypto`, however its module is loaded. */
export function hasherBy(create: (name: string) => Hash): ContentHasher {
  return (name = "sha256") => {
    const hash = create(name);
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
  };
}
