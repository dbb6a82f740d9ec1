import { createHash } from "node:crypto";
import type { ContentHasher } from "@plinth/core";
import { hasherBy } from "./hasher-by.ts";

/** Hashes by the runtime's own code. */
export const nodeHash: ContentHasher = hasherBy(createHash);
