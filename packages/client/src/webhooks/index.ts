/**
 * Webhooks: where changes are sent, and what was sent.
 *
 * @module
 */
export type {
  BodySignatureHeader,
  DeliveryListFilter,
  NewWebhook,
  PreviewedWebhook,
  ReplayChoice,
  RotatedSecret,
  SigningSecret,
  StoredDelivery,
  StoredWebhook,
  WebhookContent,
  WebhookPreview,
  WebhookTemplate,
  WebhookWithSecret,
  WholeDelivery,
} from "./types.ts";
export { type Webhooks, webhooks } from "./webhooks.ts";
