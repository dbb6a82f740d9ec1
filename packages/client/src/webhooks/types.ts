import type { PageOptions } from "../page.ts";

/** JSON with expressions. Null: none. */
export type WebhookTemplate = string | number | boolean | object | null;

export interface BodySignatureHeader {
  readonly header: string;
  /** Stands before the signature, such as `sha256=`. */
  readonly prefix?: string;
}

/** Of a webhook that is tried: which change is taken, and what is made of it. */
export interface PreviewedWebhook
  extends Pick<WebhookContent, "events" | "filter" | "filter_before" | "payload" | "headers" | "template"> {
  /** The item whose last change is taken. Absent: the last change that fits. */
  readonly item?: string | undefined;
}

/** What would be sent. */
export interface WebhookPreview {
  readonly type: string;
  readonly item: string;
  readonly position: string;
  /** The bytes that are signed and sent, as text. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What of a webhook can be set. */
export interface WebhookContent {
  readonly name: string;
  /** An https address. */
  readonly url: string;
  /** Such as `posts.create`, `posts.*` or `*.delete`. */
  readonly events: readonly string[];
  /** A condition on the item after the change; of a deleted one, as it was. */
  readonly filter?: object | null | undefined;
  /** A condition on the item before the change. */
  readonly filter_before?: object | null | undefined;
  /** The fields that are sent (null: all), and whether the item is sent as it was before the change, too. */
  readonly payload?: { readonly fields?: readonly string[] | null; readonly before?: boolean } | undefined;
  /** Answers have only their names. With a template their values may have expressions, too. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What is sent in place of the message: JSON with expressions between `{{` and `}}`. */
  readonly template?: WebhookTemplate | undefined;
  /** A further header, with the HMAC-SHA-256 of the body alone in hex, by the text of the newest secret. */
  readonly body_signature?: BodySignatureHeader | null | undefined;
  /** Whether a change waits until those before it of the same item have arrived. */
  readonly ordered?: boolean | undefined;
  readonly enabled?: boolean | undefined;
}

export interface NewWebhook extends WebhookContent {
  /** `v1` (default): signed by a shared secret; `v1a`: by a pair of keys. */
  readonly form?: "v1" | "v1a" | undefined;
}

/** A secret that signs. */
export interface SigningSecret {
  readonly id: string;
  readonly created_at: string;
  /** Null: it stays. */
  readonly ends_at: string | null;
}

export interface StoredWebhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly form: "v1" | "v1a";
  readonly events: readonly string[];
  readonly filter: object | null;
  readonly filter_before: object | null;
  readonly payload: { readonly fields: readonly string[] | null; readonly before: boolean };
  readonly header_names: readonly string[];
  readonly template: WebhookTemplate;
  readonly body_signature: { readonly header: string; readonly prefix: string } | null;
  readonly ordered: boolean;
  readonly enabled: boolean;
  /** Why the server has disabled it. */
  readonly disabled_reason: string | null;
  readonly failing_since: string | null;
  readonly paused_until: string | null;
  readonly secrets: readonly SigningSecret[];
  /** Of `v1a`. */
  readonly public_key: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Of `v1` with its secret, which is shown this once. */
export type WebhookWithSecret = StoredWebhook & { readonly secret?: string };

export interface RotatedSecret {
  readonly id: string;
  /** Of `v1`, shown this once. */
  readonly secret?: string;
  readonly public_key: string | null;
  readonly secrets: readonly SigningSecret[];
}

export interface DeliveryListFilter extends PageOptions {
  readonly state?: "pending" | "delivered" | "failed" | undefined;
  /** Such as `posts.create`. */
  readonly type?: string | undefined;
  /** The id of an item. */
  readonly item?: string | undefined;
  /** ISO 8601: stored from this time on, and before that one. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** A message that waits, has arrived, or was given up. */
export interface StoredDelivery {
  readonly id: string;
  /** The `webhook-id` that its receiver gets. */
  readonly message_id: string;
  readonly type: string;
  readonly item: string | null;
  readonly position: string | null;
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: number;
  /** Of the last attempt. */
  readonly status: number | null;
  readonly error: string | null;
  readonly duration_ms: number | null;
  readonly created_at: string;
  readonly next_attempt_at: string | null;
  readonly finished_at: string | null;
}

/** The same with what was sent, and the latest attempts, the oldest first. */
export interface WholeDelivery extends StoredDelivery {
  readonly body: string;
  readonly tries: readonly {
    readonly at: string;
    readonly status: number | null;
    readonly error: string | null;
    /** The beginning of the answer. */
    readonly answer: string | null;
    readonly duration_ms: number;
  }[];
}

/** These deliveries, or those of a time: those that failed, unless `states` says otherwise. */
export type ReplayChoice =
  | { readonly deliveries: readonly string[] }
  | {
      readonly since: string;
      readonly until?: string | undefined;
      readonly states?: readonly ("failed" | "delivered")[] | undefined;
    };
