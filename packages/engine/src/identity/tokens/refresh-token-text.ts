import { deriveKey, fromBase64Url, sha256Hex, toBase64Url, toHex } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";

/**
 * A refresh token is `rt_` and the base64url of its chain's id (16 bytes) and a secret (32). The next secret of a chain
 * is derived from the previous one with a key of this server. A client that refreshes twice, because an answer was lost or it sent two
 * requests at once, gets the same token, and the chain does not branch. The table has only hashes.
 */
const PREFIX = "rt_";
const ID_BYTES = 16;
const SECRET_BYTES = 32;
const TOKEN = /^rt_[\w-]{64}$/;

/** A refresh token, read. */
export interface RefreshToken {
  readonly id: string;
  readonly secret: Uint8Array<ArrayBuffer>;
}

/** Undefined: the text is not a refresh token. */
export function readRefreshToken(token: string): RefreshToken | undefined {
  if (!TOKEN.test(token)) return undefined;
  const bytes = fromBase64Url(token.slice(PREFIX.length));
  const hex = toHex(bytes.subarray(0, ID_BYTES));
  const id = [0, 8, 12, 16, 20].map((at, i, all) => hex.slice(at, all[i + 1])).join("-");
  return { id, secret: bytes.slice(ID_BYTES) };
}

export function refreshTokenText(id: string, secret: Uint8Array): string {
  const hex = id.replaceAll("-", "");
  const bytes = new Uint8Array(ID_BYTES + SECRET_BYTES);
  for (let i = 0; i < ID_BYTES; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  bytes.set(secret, ID_BYTES);
  return PREFIX + toBase64Url(bytes);
}

const chainKey = service("key of refresh tokens", async ({ config }: Engine) => {
  const secret = fromBase64Url(await deriveKey(config.secret, "refresh tokens"));
  return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
});

/** The first secret of a chain. */
export function firstSecret(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
}

/** The secret that follows it in its chain. */
export async function nextSecret(engine: Engine, { id, secret }: RefreshToken): Promise<Uint8Array<ArrayBuffer>> {
  const input = new Uint8Array([...new TextEncoder().encode(id), ...secret]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", await chainKey(engine), input));
}

/** A secret has 256 random bits: a slower hash would not make it safer. */
export function hashOfSecret(secret: Uint8Array<ArrayBuffer>): Promise<string> {
  return sha256Hex(secret);
}
