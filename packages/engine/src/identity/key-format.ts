/**
 * The text of a key: `sk_live_`, 43 characters that hold 256 random bits, and 6 that are a checksum of all before them.
 * The checksum tells a key from a text that only looks like one, without asking the server: docs/keys.md describes it
 * for scanners.
 */

export const KEY_PREFIXES = { publishable: "pk_live_", secret: "sk_live_", scoped: "rk_live_" } as const;
export type KeyKind = keyof typeof KEY_PREFIXES;

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_DIGITS = 43;
const CHECKSUM_DIGITS = 6;
const KEY = /^[psr]k_live_[0-9A-Za-z]{49}$/;
/** The format before there were checksums. A rotation replaces it with the current one. */
const EARLIER_KEY = /^[ps]k_live_[\w-]{43}$/;

export function generateKey(kind: KeyKind): string {
  const text = KEY_PREFIXES[kind] + randomDigits(RANDOM_DIGITS);
  return text + checksumOf(text);
}

/** Whether the text is a key, by its form and its checksum. The server may still not know it. */
export function isKey(text: string): boolean {
  if (EARLIER_KEY.test(text)) return true;
  return KEY.test(text) && text.endsWith(checksumOf(text.slice(0, -CHECKSUM_DIGITS)));
}

/** Whether a bearer token is meant as a key. */
export function looksLikeKey(text: string): boolean {
  return Object.values(KEY_PREFIXES).some((prefix) => text.startsWith(prefix));
}

function randomDigits(length: number): string {
  let digits = "";
  while (digits.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      // The bytes above the last whole multiple of 62 would make some digits more frequent.
      if (byte < 248 && digits.length < length) digits += DIGITS[byte % 62];
    }
  }
  return digits;
}

/** CRC-32 as zip and PNG have it, in base 62 with the most significant digit first. */
function checksumOf(text: string): string {
  let rest = crc32(text);
  let digits = "";
  for (let i = 0; i < CHECKSUM_DIGITS; i++) {
    digits = DIGITS[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
