import { aessiv } from "@noble/ciphers/aes.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { fromBase64Url, toBase64Url } from "@plinth/core";
import type { Engine } from "./engine.ts";
import { service } from "./services.ts";

/** The length of what is encrypted is a multiple of this: digits must not be counted either. */
const BLOCK_BYTES = 32;
/** Of AES-256-SIV. */
const KEY_BYTES = 64;
const encoder = new TextEncoder();

/**
 * A position that only this server can read and make: a number in it would tell how often others write. AES-SIV
 * (RFC 5297) encrypts equal texts equally, so that callers at the same position share their answers, and is computed
 * synchronously, which `crypto.subtle` does not offer.
 *
 * @param context Who may use it, and for what: the result is no position elsewhere.
 */
export function encryptPosition(engine: Engine, context: string, text: string): string {
  const bytes = encoder.encode(text);
  const padded = new Uint8Array(Math.ceil((bytes.length + 1) / BLOCK_BYTES) * BLOCK_BYTES);
  padded.set(bytes);
  return toBase64Url(aessiv(keyOf(engine), encoder.encode(context)).encrypt(padded));
}

/** Undefined for a text that this server did not make for this context. */
export function decryptPosition(engine: Engine, context: string, text: string): string | undefined {
  try {
    const padded = aessiv(keyOf(engine), encoder.encode(context)).decrypt(fromBase64Url(text));
    return new TextDecoder().decode(padded.subarray(0, padded.indexOf(0)));
  } catch {
    return undefined;
  }
}

const keyOf = service("key of encrypted positions", ({ config }: Engine): Uint8Array => {
  const use = encoder.encode("encrypted positions");
  return hkdf(sha256, encoder.encode(config.secret), encoder.encode("plinth"), use, KEY_BYTES);
});
