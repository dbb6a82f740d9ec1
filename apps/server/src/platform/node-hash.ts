import { createHash } from "node:crypto";
import type { ContentHasher } from "@plinth/core";

/** SHA-256 by the runtime's own code. */
export const nodeHash: ContentHasher = () => {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
};
