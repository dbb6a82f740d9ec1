import { fromBase64Url } from "./bytes.ts";

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
): Promise<Record<string, string>> {
  const content = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const signatures = await Promise.all(keys.map(async (key) => `v1,${await signatureOf(key, content)}`));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
  };
}

/** A key (base64url) as receivers take it. */
export function webhookSecret(key: string): string {
  return `whsec_${base64(fromBase64Url(key))}`;
}

async function signatureOf(key: string, content: Uint8Array<ArrayBuffer>): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", fromBase64Url(key), algorithm, false, ["sign"]);
  return base64(new Uint8Array(await crypto.subtle.sign("HMAC", imported, content)));
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
