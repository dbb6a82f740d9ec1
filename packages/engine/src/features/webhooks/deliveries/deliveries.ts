import { isUuid, PlinthError } from "@plinth/core";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../../identity/paging.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import * as z from "../../../kernel/zod.ts";
import { messageId } from "../signing.ts";
import { requireWebhook } from "../webhooks.ts";
import type { DeliveryTry } from "./delivery-try.ts";
import {
  DELIVERY_STATES,
  findDeliveryRow,
  type ListedDelivery,
  listDeliveryRows,
  type WebhookDeliveryRow,
  type WebhookDeliveryState,
} from "./repository.ts";

const CURSOR_SORT = "-id";

const instant = z.iso.datetime({ offset: true });

export const deliveryPeriod = {
  since: instant.optional().describe("Messages that were stored from this time on"),
  until: instant.optional().describe("Messages that were stored before this time"),
};

export const listDeliveriesSchema = z.strictObject({
  state: z.enum(DELIVERY_STATES).optional(),
  type: z.string().max(100).optional().describe("Such as posts.create"),
  item: z.string().max(100).optional().describe("The id of an item"),
  ...deliveryPeriod,
});

/** A message as the API lists it. */
export interface WebhookDelivery {
  id: string;
  /** What its receiver gets as `webhook-id`, whenever it is sent. */
  message_id: string;
  type: string;
  /** Of the item whose change it tells of; null: it tells of none. */
  item: string | null;
  /** Of the change in the log. */
  position: string | null;
  state: WebhookDeliveryState;
  attempts: number;
  /** Of the last attempt. Null: there was none, or no answer. */
  status: number | null;
  /** Why the last attempt failed, or why it was given up. */
  error: string | null;
  duration_ms: number | null;
  created_at: string;
  /** When it is sent, or sent again; null once that is over. */
  next_attempt_at: string | null;
  finished_at: string | null;
}

/** The same with what was sent, and with the latest attempts, the oldest first. */
export interface ShownDelivery extends WebhookDelivery {
  /** The message. A webhook with a template sends what that makes of it. */
  body: string;
  tries: readonly DeliveryTry[];
}

/** The newest first. */
export async function listWebhookDeliveries(
  ctx: RequestContext,
  id: string,
  { limit, cursor, since, until, ...filter }: z.output<typeof listDeliveriesSchema> & PageQuery,
): Promise<CursorPage<WebhookDelivery>> {
  const webhook = await requireWebhook(ctx, id);
  const page = { ...filter, ...periodOf({ since, until }), limit: limit + 1, before: idInCursor(cursor, CURSOR_SORT) };
  return pageById(await listDeliveryRows(ctx.driver, webhook.id, page), limit, CURSOR_SORT, describe);
}

export async function showWebhookDelivery(
  ctx: RequestContext,
  { id, delivery }: { readonly id: string; readonly delivery: string },
): Promise<ShownDelivery> {
  const webhook = await requireWebhook(ctx, id);
  const row = isUuid(delivery) ? await findDeliveryRow(ctx.driver, webhook.id, delivery) : undefined;
  if (!row) throw new PlinthError("NOT_FOUND", "There is no such delivery.");
  return describeWhole(row);
}

export function periodOf({
  since,
  until,
}: {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}) {
  return {
    ...(since !== undefined && { since: Date.parse(since) }),
    ...(until !== undefined && { until: Date.parse(until) }),
  };
}

export function describeWhole(row: WebhookDeliveryRow): ShownDelivery {
  return { ...describe(row), body: row.body, tries: triesIn(row) };
}

const triesIn = ({ tries }: ListedDelivery) => JSON.parse(tries) as DeliveryTry[];

function describe(row: ListedDelivery): WebhookDelivery {
  const { id, type, item, xid, seq, attempts, dueAt, finishedAt } = row;
  const state = row.state as WebhookDeliveryState;
  const last = triesIn(row).at(-1);
  return {
    ...{ id, message_id: messageId(id), type, item },
    position: xid === null ? null : `1.${xid}.${seq}`,
    ...{ state, attempts },
    status: last?.status ?? null,
    error: row.error ?? last?.error ?? null,
    duration_ms: last?.duration_ms ?? null,
    created_at: new Date(row.createdAt).toISOString(),
    next_attempt_at: state === "pending" ? new Date(dueAt).toISOString() : null,
    finished_at: finishedAt === null ? null : new Date(finishedAt).toISOString(),
  };
}
