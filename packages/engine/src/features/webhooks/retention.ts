import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";
import {
  deleteDeliveriesOf,
  deleteManyDeliveries,
  deleteOldDeliveries,
  expireDeliveries,
  hasMoreWaiting,
} from "./deliveries/repository.ts";
import { disableWebhook } from "./disable.ts";
import { deleteIdleCursors, deleteWebhookRow, listWebhooksAfter } from "./repository.ts";

const DAY_MS = 86_400_000;
/** How long a message waits at most, and how long one that has arrived stays in the list. */
const KEEP_MS = 14 * DAY_MS;
/** The same for one that failed, so that it can be sent again after it was given up. */
const KEEP_FAILED_MS = 28 * DAY_MS;
/** How many finished ones of a webhook stay, and how many characters of them. */
const KEEP_COUNT = 10_000;
const KEEP_CHARS = 256_000_000;
/** A webhook for which more wait is disabled: its receiver takes less than changes. */
const MOST_WAITING = 100_000;
const AT_ONCE = 500;
/** Webhooks that one slice looks at: some hosts limit the statements of a request. */
const WEBHOOKS_AT_ONCE = 10;

const round = service("retention of webhooks", (_: Engine) => ({ after: "", isDue: false }));

/** Deletes old messages and those of deleted webhooks, gives up those that wait too long, and disables webhooks for which too many wait. */
export async function trimDeliveries(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const now = engine.clock.now();
  const before = now - KEEP_MS;
  await deleteIdleCursors(driver);
  const error = `it was not sent within ${KEEP_MS / DAY_MS} days`;
  let isDue = await expireDeliveries(driver, { before, now, error, most: AT_ONCE });
  const old = { delivered: before, failed: now - KEEP_FAILED_MS, most: AT_ONCE };
  isDue = (await deleteOldDeliveries(driver, old)) || isDue;
  return (await trimSome(engine, driver)) || isDue;
}

/** Goes on with the next webhooks each time. Returns whether there are more, or more to delete. */
async function trimSome(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const at = round(engine);
  const some = await listWebhooksAfter(driver, at.after, WEBHOOKS_AT_ONCE);
  // Before they are looked at: one that cannot be trimmed does not hold up those after it.
  at.after = some.length === WEBHOOKS_AT_ONCE ? some.at(-1)!.id : "";
  for (const webhook of some) {
    if (webhook.deletedAt !== null) {
      const isMore = await deleteDeliveriesOf(driver, webhook.id, AT_ONCE);
      if (!isMore) await deleteWebhookRow(driver, webhook.id);
      at.isDue = isMore || at.isDue;
      continue;
    }
    const kept = { keep: KEEP_COUNT, keepSize: KEEP_CHARS, most: AT_ONCE };
    at.isDue = (await deleteManyDeliveries(driver, webhook.id, kept)) || at.isDue;
    if (!webhook.enabled || !(await hasMoreWaiting(driver, webhook.id, MOST_WAITING))) continue;
    await disableWebhook(engine, driver, webhook, { reason: `more than ${MOST_WAITING} messages wait` });
  }
  if (at.after !== "") return true;
  const { isDue } = at;
  at.isDue = false;
  return isDue;
}
