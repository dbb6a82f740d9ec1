import { bodyHmac, deriveKey, type WebhookForm, webhookHeaders, webhookPublicKey, webhookSecret } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import { textCipher } from "../../kernel/text-cipher.ts";
import type { WebhookRow } from "./repository.ts";
import { secretsIn, settingsIn } from "./settings.ts";

const headersCipher = textCipher("headers of webhooks");

export type OwnHeaders = Readonly<Record<string, string>>;

/** Derived, not stored: a reader of the database cannot sign. */
function keyOf({ config }: Engine, { workspaceId, id }: Pick<WebhookRow, "workspaceId" | "id">, secret: string) {
  return deriveKey(config.secret, `webhooks:${workspaceId}:${id}:${secret}`);
}

type SigningWebhook = Pick<WebhookRow, "workspaceId" | "id" | "form">;

/** What receivers of `v1` verify by. It is shown once. */
export async function secretFor(engine: Engine, row: SigningWebhook, secretId: string): Promise<{ secret?: string }> {
  return row.form === "v1" ? { secret: webhookSecret(await keyOf(engine, row, secretId)) } : {};
}

/** What receivers of `v1a` verify by, which anybody may know. */
export async function publicKeyOf(engine: Engine, row: SigningWebhook, secretId: string): Promise<string | null> {
  return row.form === "v1a" ? webhookPublicKey(await keyOf(engine, row, secretId)) : null;
}

interface SignedDelivery {
  readonly id: string;
  /** As it is sent. */
  readonly body: string;
  /** The webhook's own. */
  readonly headers: OwnHeaders;
}

/** The headers of an attempt to send a message. */
export async function signedHeaders(
  engine: Engine,
  row: WebhookRow,
  { id, body, headers }: SignedDelivery,
): Promise<Record<string, string>> {
  const now = engine.clock.now();
  const keys = await Promise.all(secretsIn(row, now).map((secret) => keyOf(engine, row, secret.id)));
  const message = { id: messageId(id), timestamp: Math.floor(now / 1000), body };
  const { body_signature: further } = settingsIn(row);
  return {
    ...headers,
    ...(further && { [further.header]: further.prefix + (await bodyHmac(webhookSecret(keys[0]!), body)) }),
    "content-type": "application/json",
    "user-agent": "Plinth-Webhooks/1",
    ...(await webhookHeaders(keys, message, row.form as WebhookForm)),
  };
}

/** The `webhook-id` of a message: the same whenever it is sent. */
export const messageId = (delivery: string): string => `msg_${delivery}`;

export function encryptHeaders(engine: Engine, webhook: string, headers: OwnHeaders): Promise<string | null> {
  const isEmpty = Object.keys(headers).length === 0;
  return isEmpty ? Promise.resolve(null) : headersCipher.encrypt(engine, webhook, JSON.stringify(headers));
}

export async function ownHeaders(engine: Engine, { id, headers }: WebhookRow): Promise<OwnHeaders> {
  return headers === null ? {} : (JSON.parse(await headersCipher.decrypt(engine, id, headers)) as OwnHeaders);
}
