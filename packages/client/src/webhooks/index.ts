/**
 * Webhooks: where changes are sent, and what was sent.
 *
 * @module
 */
export type {
  DeliveryListFilter,
  NewWebhook,
  ReplayChoice,
  RotatedSecret,
  SigningSecret,
  StoredDelivery,
  StoredWebhook,
  WebhookContent,
  WebhookWithSecret,
  WholeDelivery,
} from "./types.ts";
export { type Webhooks, webhooks } from "./webhooks.ts";
