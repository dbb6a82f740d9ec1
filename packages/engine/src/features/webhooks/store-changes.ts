import { type Change, PlinthError, type SqlQuery } from "@plinth/core";
import { insertSecurityEvent } from "@plinth/db";
import { logReader } from "../../changelog/reader.ts";
import type { Catalog } from "../../kernel/catalog.ts";
import type { ConsumerContext } from "../../kernel/feature.ts";
import { bodyOf, changeMessage } from "../../triggers/change-message.ts";
import { isAfter, isBeyond, numbersOf, positionAt } from "../../triggers/log-start.ts";
import { catalogFor, type WantedChange, wantedChanges } from "../../triggers/wanted-changes.ts";
import { backlogOf } from "./deliveries/backlog.ts";
import { newDelivery } from "./deliveries/new-delivery.ts";
import { insertDeliveries, type WebhookDeliveryRow } from "./deliveries/repository.ts";
import { disableWebhook } from "./disable.ts";
import { listEnabledWebhooks, restartWebhook, type WebhookRow } from "./repository.ts";
import { wakeSender } from "./schedule.ts";
import { settingsIn } from "./settings.ts";

/** Of messages that one batch stores, and about what a message has beside its body. */
const MOST_CHARS = 4_000_000;
const ROW_CHARS = 500;

/**
 * Stores a message for each webhook and change that fit. A change that comes again is stored once: by the time the cursor moves, all
 * of its messages are in the database.
 */
export async function storeDeliveries(changes: readonly Change[], context: ConsumerContext): Promise<void> {
  const { engine, driver, workspaceId } = context;
  const webhooks = await webhooksFor(changes, context);
  if (webhooks.length === 0) return;
  const catalog = await catalogFor(changes, context);
  const backlog = await backlogOf(engine, driver, workspaceId);
  let rows: WebhookDeliveryRow[] = [];
  let chars = 0;
  const store = async (): Promise<void> => {
    if (rows.length === 0) return;
    await driver.batch(insertDeliveries(driver, rows));
    [rows, chars] = [[], 0];
    wakeSender(engine);
  };
  // Of one webhook after the other, so that an ordered one never meets a message whose predecessor is not stored yet.
  for (const webhook of webhooks) {
    for (const wanted of await wantedBy(webhook, changes, catalog, context)) {
      const row = deliveryOf(webhook, wanted, backlog.isFull(webhook.id), engine.clock.now());
      backlog.add(webhook.id, row.size);
      rows.push(row);
      chars += row.size + ROW_CHARS;
      if (chars > MOST_CHARS) await store();
    }
  }
  await store();
}

async function webhooksFor(changes: readonly Change[], context: ConsumerContext): Promise<WebhookRow[]> {
  const { engine, driver, workspaceId } = context;
  const webhooks = await listEnabledWebhooks(driver, workspaceId);
  const last = numbersOf(changes.at(-1)!.position);
  if (webhooks.every((webhook) => isAfter(last, webhook))) return webhooks;
  const head = numbersOf(await logReader(engine, driver).head(workspaceId));
  if (!webhooks.some((webhook) => isBeyond(webhook, head))) return webhooks;
  await sendGapMessages(context);
  return listEnabledWebhooks(driver, workspaceId);
}

async function wantedBy(
  webhook: WebhookRow,
  changes: readonly Change[],
  catalog: Catalog,
  { engine, driver }: ConsumerContext,
): Promise<WantedChange[]> {
  try {
    return wantedChanges(changes, catalog, webhook, settingsIn(webhook));
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    // Better no message than one that nobody wanted.
    await disableWebhook(engine, driver, webhook, { reason: `its ${error.message}` });
    return [];
  }
}

function deliveryOf(
  webhook: WebhookRow,
  { collection, change }: WantedChange,
  isShort: boolean,
  now: number,
): WebhookDeliveryRow {
  const { payload } = settingsIn(webhook);
  const { collectionId, item, requestId } = change;
  const of = { collectionId, item, requestId, ...numbersOf(change.position) };
  return newDelivery(webhook, { ...changeMessage(collection, change, { ...payload, isShort }), of }, now);
}

export const GAP_TYPE = "webhook.gap";

/**
 * The log was trimmed before it was read, or the database was restored into a server that numbers changes anew: receivers get a message, and
 * the security log an event.
 */
export async function sendGapMessages({ engine, driver, workspaceId }: Omit<ConsumerContext, "signal">): Promise<void> {
  const { clock, log } = engine;
  const reader = logReader(engine, driver);
  const [oldest, head] = [numbersOf(await reader.start()), numbersOf(await reader.head(workspaceId))];
  const webhooks = await listEnabledWebhooks(driver, workspaceId);
  const beyond = webhooks.filter((webhook) => isBeyond(webhook, head));
  const concerned = webhooks.filter((webhook) => beyond.includes(webhook) || isAfter(oldest, webhook));
  if (concerned.length === 0) return;
  log.error("changes are gone from the log before webhooks were sent", { workspaceId });
  const now = clock.now();
  const reason = "changes were deleted from the log before they were read; read the items again";
  const body = bodyOf(GAP_TYPE, new Date(now).toISOString(), { reason });
  const rows = concerned.map((webhook) => newDelivery(webhook, { type: GAP_TYPE, body }, now));
  const events = concerned.map(({ id, name }) =>
    insertSecurityEvent(driver, {
      ...{ workspaceId, at: now, type: "webhook_gap", outcome: "failed" },
      ...{ target: `webhook:${id}`, detail: { name } },
    }),
  );
  // No change would come after their starts.
  const restarts: SqlQuery[] = [];
  for (const { id, updatedAt } of beyond) {
    restarts.push(restartWebhook(driver, id, numbersOf(await positionAt(reader, workspaceId, updatedAt))));
  }
  await driver.batch([...restarts, ...insertDeliveries(driver, rows), ...events]);
  wakeSender(engine);
}
