import { toBase64Url } from "./bytes.ts";

const encoder = new TextEncoder();
const SALT = encoder.encode("plinth");

/**
 * A key for one use, 256 bits as base64url, derived from the root secret by HKDF-SHA-256. Keys of different uses reveal
 * nothing about each other or about the secret.
 *
 * @example
 * const secret = await deriveKey(config.secret, "sessions");
 */
export async function deriveKey(secret: string, use: string): Promise<string> {
  const root = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: SALT, info: encoder.encode(use) };
  return toBase64Url(new Uint8Array(await crypto.subtle.deriveBits(parameters, root, 256)));
}
