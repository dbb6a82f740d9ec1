import type { Feature } from "../../kernel/feature.ts";
import { nextWebhooks, runWebhooks, webhooksConsumer } from "./consumer.ts";
import { webhooksMigrations } from "./migrations.ts";
import { trimDeliveries } from "./retention.ts";
import { WEBHOOKS_RETENTION, WEBHOOKS_SCHEDULE } from "./schedule.ts";
import { stopSending } from "./sending/sender.ts";
import { webhookDeliveries, webhooks } from "./tables.ts";

export {
  listDeliveriesSchema,
  listWebhookDeliveries,
  type ShownDelivery,
  showWebhookDelivery,
  type WebhookDelivery,
} from "./deliveries/deliveries.ts";
export { replayWebhook, replayWebhookSchema } from "./deliveries/replay.ts";
export { previewWebhook, previewWebhookSchema, type WebhookPreview } from "./preview.ts";
export { rotateWebhookSchema, rotateWebhookSecret } from "./rotate.ts";
export { testWebhook } from "./sending/test-send.ts";
export { createWebhookSchema, updateWebhookSchema } from "./webhook-input.ts";
export { createWebhook, deleteWebhook, getWebhook, listWebhooks, updateWebhook, type Webhook } from "./webhooks.ts";

/** New messages are sent at once; this is for what is tried again. */
const SEND_EVERY_MS = 5000;
const TRIM_EVERY_MS = 10 * 60_000;

/** Sends changes of a workspace to programs elsewhere. */
export const webhooksFeature: Feature = {
  name: "webhooks",
  sends: true,
  tables: [webhooks, webhookDeliveries],
  migrations: webhooksMigrations,
  consumers: [webhooksConsumer],
  schedules: [
    // Where answers wait for ticks, no request is to wait for receivers.
    {
      ...{ name: WEBHOOKS_SCHEDULE, everyMs: SEND_EVERY_MS, run: runWebhooks, next: nextWebhooks },
      ...{ tells: () => true, stop: stopSending },
    },
    { name: WEBHOOKS_RETENTION, everyMs: TRIM_EVERY_MS, run: trimDeliveries },
  ],
};
