import type { SqlDriver } from "@plinth/core";
import { drainConsumer } from "../../changelog/drain-consumer.ts";
import type { NextRun } from "../../kernel/alarm-clock.ts";
import type { Engine } from "../../kernel/engine.ts";
import type { ChangeConsumer } from "../../kernel/feature.ts";
import { listWebhookWorkspaces, nextDeliveryTime, WEBHOOKS_CURSOR } from "./repository.ts";
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

/** What is due and does not go out waits for something before it, or was left by a slice: it is not asked for all the time. */
const AGAIN_MS = 5000;

export async function nextWebhooks(engine: Engine, driver: SqlDriver): Promise<NextRun> {
  const { dueAt, isAny } = await nextDeliveryTime(driver);
  const now = engine.clock.now();
  return { followsChanges: isAny, at: dueAt !== undefined && dueAt <= now ? now + AGAIN_MS : dueAt };
}

/** A slice of the schedule. */
export async function runWebhooks(engine: Engine, driver: SqlDriver): Promise<boolean> {
  if (!engine.scheduler.isLasting) await drainConsumer(engine, driver, webhooksConsumer);
  return sendWebhooks(engine, driver);
}
