import { commit } from "../../../commit/commit.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { runContextOf, runQuery } from "../../../runs/index.ts";
import { bodyOf } from "../../../triggers/change-message.ts";
import { describeWhole, type ShownDelivery } from "../deliveries/deliveries.ts";
import { newDelivery } from "../deliveries/new-delivery.ts";
import { insertDeliveries } from "../deliveries/repository.ts";
import { requireWebhook } from "../webhooks.ts";
import { attemptDelivery } from "./attempt.ts";
import { triesWith } from "./deliver.ts";
import { runOfDelivery } from "./delivery-run.ts";

const TEST_TYPE = "webhook.test";

/** Sends a message at once and once, also where the webhook is disabled, and returns what came of it. */
export async function testWebhook(ctx: RequestContext, id: string): Promise<ShownDelivery> {
  const webhook = await requireWebhook(ctx, id);
  const { engine, driver, now } = ctx;
  const body = bodyOf(TEST_TYPE, new Date(now).toISOString(), { webhook: id, name: webhook.name });
  const message = newDelivery(webhook, { type: TEST_TYPE, body }, now);
  const { made } = await attemptDelivery(engine, webhook, message);
  const state = made.error === null ? "delivered" : "failed";
  const row = { ...message, state, attempts: 1, tries: triesWith(message, made), finishedAt: engine.clock.now() };
  const run = runQuery(runContextOf(ctx), runOfDelivery({ webhook, delivery: row, made }, "manual"));
  return commit(ctx, { queries: [...insertDeliveries(driver, [row]), run], data: describeWhole(row) });
}
