import {
  type Change,
  type ChangeLog,
  type Collection,
  type LogPosition,
  PlinthError,
  type SqlQuery,
} from "@plinth/core";
import { insertSecurityEvent, parsePosition } from "@plinth/db";
import { logReader } from "../../changelog/reader.ts";
import type { Catalog } from "../../kernel/catalog.ts";
import type { ConsumerContext } from "../../kernel/feature.ts";
import { backlogOf } from "./deliveries/backlog.ts";
import { newDelivery } from "./deliveries/new-delivery.ts";
import { insertDeliveries, type WebhookDeliveryRow } from "./deliveries/repository.ts";
import { disableWebhook } from "./disable.ts";
import { fitsEvents } from "./events.ts";
import { fitsFilters } from "./filter.ts";
import { bodyOf, changeMessage } from "./message.ts";
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

interface WantedChange {
  readonly collection: Collection;
  readonly change: Change;
}

async function wantedBy(
  webhook: WebhookRow,
  changes: readonly Change[],
  catalog: Catalog,
  { engine, driver }: ConsumerContext,
): Promise<WantedChange[]> {
  const { events, payload: _, ...filters } = settingsIn(webhook);
  const byId = new Map([...catalog.collections.values()].map((one): [string, Collection] => [one.id, one]));
  try {
    return changes.flatMap((change) => {
      const collection = byId.get(change.collectionId);
      if (!collection || !fitsEvents(events, collection, change.operation)) return [];
      // It was made before the webhook, or while that was disabled.
      if (!isAfter(numbersOf(change.position), webhook)) return [];
      return fitsFilters(catalog, collection, filters, change) ? [{ collection, change }] : [];
    });
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

/** The position of the last change before a time. */
async function positionAt(reader: ChangeLog, workspaceId: string, time: number): Promise<LogPosition> {
  let position = await reader.start();
  for (;;) {
    const { changes, next, more } = await reader.read(workspaceId, position, { limit: READ_AT_ONCE });
    const later = changes.findIndex(({ at }) => Date.parse(at) >= time);
    if (later === 0) return position;
    if (later > 0) return changes[later - 1]!.position;
    if (!more) return next;
    position = next;
  }
}

const READ_AT_ONCE = 500;

interface PositionNumbers {
  readonly xid: number;
  readonly seq: number;
}

function numbersOf(position: string): PositionNumbers {
  const { xid, seq } = parsePosition(position);
  return { xid: Number(xid), seq: Number(seq) };
}

/** No change of this log comes after its start: that is of another one. */
function isBeyond({ startXid, startSeq }: WebhookRow, head: PositionNumbers): boolean {
  return startXid > head.xid || (startXid === head.xid && startSeq > head.seq);
}

function isAfter({ xid, seq }: PositionNumbers, { startXid, startSeq }: WebhookRow): boolean {
  return xid > startXid || (xid === startXid && seq > startSeq);
}
