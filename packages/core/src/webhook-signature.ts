import { fromBase64Url, toBase64, toHex } from "./bytes.ts";

/** How a message is signed: by a shared secret (HMAC-SHA-256), or by a key pair (ed25519). */
export const WEBHOOK_FORMS = ["v1", "v1a"] as const;
export type WebhookForm = (typeof WEBHOOK_FORMS)[number];

export interface WebhookMessage {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The headers that sign a message as Standard Webhooks 1.0.0 has it: one signature for each key (base64url), so that a
 * receiver may still have the older of two.
 */
export async function webhookHeaders(
  keys: readonly string[],
  { id, timestamp, body }: WebhookMessage,
  form: WebhookForm = "v1",
): Promise<Record<string, string>> {
  const content = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const signatures = await Promise.all(keys.map(async (key) => `${form},${await SIGN[form](key, content)}`));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
  };
}

/** A key (base64url) as receivers of `v1` take it. */
export function webhookSecret(key: string): string {
  return `whsec_${toBase64(fromBase64Url(key))}`;
}

/** The public key of a key (base64url) as receivers of `v1a` take it. */
export async function webhookPublicKey(key: string): Promise<string> {
  const { x } = await crypto.subtle.exportKey("jwk", await ed25519Key(key, true));
  return `whpk_${toBase64(fromBase64Url(x!))}`;
}

/** Signs a body alone, in hex: HMAC-SHA-256 by the text of a secret, as many receivers know it. */
export async function bodyHmac(secret: string, body: string): Promise<string> {
  const encoder = new TextEncoder();
  return toHex(await hmacBytes(encoder.encode(secret), encoder.encode(body)));
}

type Sign = (key: string, content: Uint8Array<ArrayBuffer>) => Promise<string>;

const SIGN: Readonly<Record<WebhookForm, Sign>> = { v1: hmacOf, v1a: ed25519Of };

async function hmacOf(key: string, content: Uint8Array<ArrayBuffer>): Promise<string> {
  return toBase64(await hmacBytes(fromBase64Url(key), content));
}

async function hmacBytes(key: Uint8Array<ArrayBuffer>, content: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, content));
}

async function ed25519Of(key: string, content: Uint8Array<ArrayBuffer>): Promise<string> {
  return toBase64(new Uint8Array(await crypto.subtle.sign("Ed25519", await ed25519Key(key, false), content)));
}

/** What precedes the 32 bytes of a private key of ed25519 in PKCS #8 (RFC 8410, section 7). */
const PKCS8_START = "MC4CAQAwBQYDK2VwBCIEIA";

/** The key's 256 bits are the private key. */
function ed25519Key(key: string, extractable: boolean): Promise<CryptoKey> {
  const bytes = new Uint8Array([...fromBase64Url(PKCS8_START), ...fromBase64Url(key)]);
  return crypto.subtle.importKey("pkcs8", bytes, "Ed25519", extractable, ["sign"]);
}
