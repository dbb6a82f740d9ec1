import type { Awaitable } from "../awaitable.ts";

/** SHA-256 of bytes that arrive in pieces, which Web Crypto cannot do. */
export interface ContentHash {
  update(bytes: Uint8Array): void;
  /** Once, after the last piece: 32 bytes. */
  digest(): Awaitable<Uint8Array>;
}

/** Begins one. */
export type ContentHasher = () => ContentHash;
