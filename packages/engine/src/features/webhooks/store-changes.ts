import { type Change, type Collection, PlinthError } from "@plinth/core";
import { insertSecurityEvent, parsePosition } from "@plinth/db";
import { logReader } from "../../changelog/reader.ts";
import type { Catalog } from "../../kernel/catalog.ts";
import type { ConsumerContext } from "../../kernel/feature.ts";
import { newDelivery } from "./deliveries/new-delivery.ts";
import { insertDeliveries, type WebhookDeliveryRow } from "./deliveries/repository.ts";
import { disableWebhook } from "./disable.ts";
import { fitsEvents } from "./events.ts";
import { fitsFilters } from "./filter.ts";
import { bodyOf, changeMessage } from "./message.ts";
import { listEnabledWebhooks, type WebhookRow } from "./repository.ts";
import { wakeSender } from "./schedule.ts";
import { settingsIn } from "./settings.ts";

/**
 * Stores a message for each webhook and change that fit. A change that comes again is stored once: by the time the cursor moves, all
 * of its messages are in the database.
 */
export async function storeDeliveries(changes: readonly Change[], context: ConsumerContext): Promise<void> {
  const { engine, driver, workspaceId } = context;
  const webhooks = await listEnabledWebhooks(driver, workspaceId);
  if (webhooks.length === 0) return;
  const catalog = await catalogFor(changes, context);
  const rows: WebhookDeliveryRow[] = [];
  for (const webhook of webhooks) {
    try {
      rows.push(...deliveriesFor(webhook, changes, catalog, engine.clock.now()));
    } catch (error) {
      if (!(error instanceof PlinthError)) throw error;
      // Better no message than one that nobody wanted.
      await disableWebhook(engine, driver, webhook, `its ${error.message}`);
    }
  }
  if (rows.length === 0) return;
  await driver.batch(insertDeliveries(driver, rows));
  wakeSender(engine);
}

function deliveriesFor(
  webhook: WebhookRow,
  changes: readonly Change[],
  catalog: Catalog,
  now: number,
): WebhookDeliveryRow[] {
  const { events, payload, ...filters } = settingsIn(webhook);
  const byId = new Map([...catalog.collections.values()].map((one): [string, Collection] => [one.id, one]));
  return changes.flatMap((change) => {
    const collection = byId.get(change.collectionId);
    if (!collection || !fitsEvents(events, collection, change.operation)) return [];
    const position = numbersOf(change.position);
    // It was made before the webhook, or while that was disabled.
    if (!isAfter(position, webhook)) return [];
    if (!fitsFilters(catalog, collection, filters, change)) return [];
    const of = { collectionId: change.collectionId, item: change.item, ...position };
    return [newDelivery(webhook, { ...changeMessage(collection, change, payload), of }, now)];
  });
}

/** The catalog may be older than a collection that another server has just made. */
async function catalogFor(
  changes: readonly Change[],
  { engine, driver, workspaceId }: Pick<ConsumerContext, "engine" | "driver" | "workspaceId">,
): Promise<Catalog> {
  const catalog = await engine.catalogs.get(driver, workspaceId);
  const known = new Set([...catalog.collections.values()].map(({ id }) => id));
  const isComplete = changes.every(({ collectionId }) => known.has(collectionId));
  return isComplete ? catalog : ((await engine.catalogs.newer(driver, catalog)) ?? catalog);
}

export const GAP_TYPE = "webhook.gap";

/** The log was trimmed before it was read: receivers are told, as is the security log. */
export async function tellOfGap({ engine, driver, workspaceId }: Omit<ConsumerContext, "signal">): Promise<void> {
  const { clock, log } = engine;
  const oldest = numbersOf(await logReader(engine, driver).start());
  const concerned = (await listEnabledWebhooks(driver, workspaceId)).filter((webhook) => isAfter(oldest, webhook));
  if (concerned.length === 0) return;
  log.error("changes were trimmed from the log before webhooks were sent", { workspaceId });
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
  await driver.batch([...insertDeliveries(driver, rows), ...events]);
  wakeSender(engine);
}

interface PositionNumbers {
  readonly xid: number;
  readonly seq: number;
}

function numbersOf(position: string): PositionNumbers {
  const { xid, seq } = parsePosition(position);
  return { xid: Number(xid), seq: Number(seq) };
}

function isAfter({ xid, seq }: PositionNumbers, { startXid, startSeq }: WebhookRow): boolean {
  return xid > startXid || (xid === startXid && seq > startSeq);
}
