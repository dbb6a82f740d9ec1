import { createHash } from "node:crypto";
import type { ContentHasher } from "@plinth/core";

/** Hashes by the runtime's own code. */
export const nodeHash: ContentHasher = (name = "sha256") => {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
};
