import type { Awaitable } from "../awaitable.ts";

/** A hash of bytes that arrive in pieces, which Web Crypto cannot do. */
export interface ContentHash {
  update(bytes: Uint8Array): void;
  /** Once, after the last piece. */
  digest(): Awaitable<Uint8Array>;
}

/** Those with which clients compare what they send. */
export type ContentHashName = "sha256" | "sha1" | "md5";

/** Begins one; without a name, SHA-256. */
export type ContentHasher = (name?: ContentHashName) => ContentHash;
