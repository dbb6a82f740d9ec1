import type { Json } from "@plinth/core";
import type { ChangeFilters } from "../../triggers/change-filter.ts";
import type { MessageContent } from "../../triggers/change-message.ts";
import type { WebhookRow } from "./repository.ts";

/** A header with a signature of the body alone. */
export interface BodySignature {
  readonly header: string;
  readonly prefix: string;
}

/** What a webhook's row holds as JSON. */
export interface WebhookSettings extends ChangeFilters {
  readonly events: readonly string[];
  readonly payload: MessageContent;
  /** What is sent in place of the message. Null: the message itself. */
  readonly template: Json;
  readonly body_signature: BodySignature | null;
  /** The names of its own headers, whose values are encrypted. */
  readonly header_names: readonly string[];
}

export interface WebhookSecret {
  readonly id: string;
  /** ISO 8601. */
  readonly created_at: string;
  /** When it signs no more; null: it stays. */
  readonly ends_at: string | null;
}

export const settingsIn = ({ settings }: Pick<WebhookRow, "settings">): WebhookSettings => ({
  // Rows of before there were any have none.
  template: null,
  body_signature: null,
  ...(JSON.parse(settings) as Omit<WebhookSettings, "template" | "body_signature">),
});

/** The newest first. Those that have ended are left out. */
export function secretsIn({ secrets }: Pick<WebhookRow, "secrets">, now: number): WebhookSecret[] {
  const all = JSON.parse(secrets) as WebhookSecret[];
  return all.filter(({ ends_at }) => ends_at === null || Date.parse(ends_at) > now);
}
