/**
 * Parts of a server that load what they need of the runtime's modules on first use: on Bun those of HTTP, streams and cryptography are
 * scripts too, and took a sixth of a start.
 */
import process from "node:process";
import type { ContentHasher, PublicFetch } from "@plinth/core";
import { hasherBy } from "../hasher-by.ts";
import { openOnce } from "../open-once.ts";

export const lateHash: ContentHasher = hasherBy((name) => process.getBuiltinModule("node:crypto").createHash(name));

const openFetch = openOnce(async () => (await import("../public-fetch.ts")).nodePublicFetch());

export const latePublicFetch: PublicFetch = async (url, options) => (await openFetch())(url, options);
