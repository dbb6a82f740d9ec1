import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import {
  deleteManyDeliveries,
  deleteOldDeliveries,
  expireDeliveries,
  hasMoreWaiting,
} from "./deliveries/repository.ts";
import { disableWebhook } from "./disable.ts";
import { deleteIdleCursors, listAllWebhooks } from "./repository.ts";

const DAY_MS = 86_400_000;
/** How long a message stays in the list, and how many finished ones of a webhook do. */
const KEEP_MS = 14 * DAY_MS;
const KEEP_COUNT = 10_000;
/** A webhook for which more wait is disabled: its receiver takes less than changes. */
const MOST_WAITING = 100_000;
const AT_ONCE = 500;

/** Deletes old messages, gives up those that wait too long, and disables webhooks for which too many wait. */
export async function trimDeliveries(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const now = engine.clock.now();
  const before = now - KEEP_MS;
  await deleteIdleCursors(driver);
  const error = `it was not sent within ${KEEP_MS / DAY_MS} days`;
  let due = await expireDeliveries(driver, { before, now, error, most: AT_ONCE });
  due = (await deleteOldDeliveries(driver, before, AT_ONCE)) || due;
  for (const webhook of await listAllWebhooks(driver)) {
    due = (await deleteManyDeliveries(driver, webhook.id, { keep: KEEP_COUNT, most: AT_ONCE })) || due;
    if (!webhook.enabled || !(await hasMoreWaiting(driver, webhook.id, MOST_WAITING))) continue;
    await disableWebhook(engine, driver, webhook, `more than ${MOST_WAITING} messages wait`);
  }
  return due;
}
