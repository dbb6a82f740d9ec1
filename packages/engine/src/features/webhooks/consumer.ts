import type { SqlDriver } from "@plinth/core";
import { drainConsumer } from "../../changelog/drain-consumer.ts";
import type { Engine } from "../../kernel/engine.ts";
import type { ChangeConsumer } from "../../kernel/feature.ts";
import { listWebhookWorkspaces, WEBHOOKS_CURSOR } from "./repository.ts";
import { sendWebhooks } from "./sending/sender.ts";
import { sendGapMessages, storeDeliveries } from "./store-changes.ts";

/** Reads the log of the workspaces that have webhooks. */
export const webhooksConsumer: ChangeConsumer = {
  name: WEBHOOKS_CURSOR,
  // A cursor is stored with the first webhook, so that nothing after it is left out.
  from: "now",
  workspaces: listWebhookWorkspaces,
  handle: storeDeliveries,
  onGap: sendGapMessages,
};

/** A slice of the schedule. */
export async function runWebhooks(engine: Engine, driver: SqlDriver): Promise<boolean> {
  if (!engine.scheduler.isLasting) await drainConsumer(engine, driver, webhooksConsumer);
  return sendWebhooks(engine, driver);
}
