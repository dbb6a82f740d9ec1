import type { ChangeFilters } from "../../triggers/change-filter.ts";
import type { MessageContent } from "../../triggers/change-message.ts";
import type { WebhookRow } from "./repository.ts";

/** What a webhook's row holds as JSON. */
export interface WebhookSettings extends ChangeFilters {
  readonly events: readonly string[];
  readonly payload: MessageContent;
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

export const settingsIn = ({ settings }: Pick<WebhookRow, "settings">): WebhookSettings => JSON.parse(settings);

/** The newest first. Those that have ended are left out. */
export function secretsIn({ secrets }: Pick<WebhookRow, "secrets">, now: number): WebhookSecret[] {
  const all = JSON.parse(secrets) as WebhookSecret[];
  return all.filter(({ ends_at }) => ends_at === null || Date.parse(ends_at) > now);
}
