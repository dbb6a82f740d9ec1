import type { SqlDriver, SqlQuery, SqlRow } from "@plinth/core";
import type { RunProof } from "@plinth/db";
import {
  and,
  database,
  desc,
  eq,
  getTableColumns,
  gte,
  inArray,
  insertMissing,
  lookedAtAgain,
  lt,
  skipLocked,
  sql,
  statement,
  toQuery,
} from "@plinth/db/tables";
import { WAITS_FOR_NONE } from "../repository.ts";
import { webhookDeliveries } from "../tables.ts";

export const DELIVERY_STATES = ["pending", "delivered", "failed"] as const;
export type WebhookDeliveryState = (typeof DELIVERY_STATES)[number];
export type WebhookDeliveryRow = typeof webhookDeliveries.$inferSelect;

/** The statements that store messages. One that is stored already for its webhook and change stays as it is. */
export function insertDeliveries(driver: SqlDriver, rows: readonly WebhookDeliveryRow[]): SqlQuery[] {
  return insertMissing(driver, webhookDeliveries, rows);
}

export interface DeliveryClaim {
  readonly webhookId: string;
  readonly now: number;
  readonly leaseUntil: number;
  /** A time after it is one of before the clock was set back. */
  readonly latest: number;
  readonly most: number;
}

/**
 * Messages of a webhook that are due, which no other process sends before `leaseUntil`. One with an order key waits for those
 * before it.
 */
export async function claimDeliveries(
  driver: SqlDriver,
  { webhookId, now, leaseUntil, latest, most }: DeliveryClaim,
): Promise<WebhookDeliveryRow[]> {
  const waiting = (row: string) => `${row}.state = 'pending' and (${row}.due_at <= ?1 or ${row}.due_at > ?2)`;
  // Without its own name the subquery may run again, and claim more than its limit.
  const text = `with due as materialized (
      select d.id from plinth_webhooks_deliveries d where d.webhook_id = ?4 and ${waiting("d")}
        and ${WAITS_FOR_NONE}
        order by d.due_at, d.xid, d.seq limit ?5${skipLocked(driver)})
    update plinth_webhooks_deliveries set due_at = ?3, attempts = attempts + 1
    where id in (select id from due) and ${lookedAtAgain("state", "'pending'")} and (due_at <= ?1 or due_at > ?2)
    returning *`;
  const { rows } = await driver.run(statement(driver, text, [now, latest, leaseUntil, webhookId, most]));
  return rows.map(fromRow).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

export type DeliveryResult = Partial<
  Pick<WebhookDeliveryRow, "state" | "dueAt" | "error" | "tries" | "finishedAt" | "attempts">
>;

type ClaimedDelivery = Pick<WebhookDeliveryRow, "id" | "dueAt">;

/** That no other process has claimed the message since. */
export function deliveryProof({ id, dueAt }: ClaimedDelivery): RunProof {
  const where = "id = ?2 and state = 'pending' and due_at = cast(?3 as bigint)";
  return { from: "plinth_webhooks_deliveries", where, params: [id, dueAt] };
}

/**
 * What became of a claimed message, after these statements of the same batch. Another process may have claimed it meanwhile; its result
 * counts then.
 */
export async function finishDelivery(
  driver: SqlDriver,
  { id, dueAt }: ClaimedDelivery,
  result: DeliveryResult,
  before: readonly SqlQuery[],
): Promise<void> {
  const { id: key, state, dueAt: due } = webhookDeliveries;
  const claimed = and(eq(key, id), eq(state, "pending"), eq(due, dueAt));
  await driver.batch([...before, toQuery(database(driver).update(webhookDeliveries).set(result).where(claimed))]);
}

export interface DeliveryFilter {
  readonly state?: WebhookDeliveryState | undefined;
  readonly type?: string | undefined;
  readonly item?: string | undefined;
  /** Milliseconds since the epoch: stored from this time on, and before that one. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** A message in a list, which is without its content. */
export type ListedDelivery = Omit<WebhookDeliveryRow, "body">;

/** The newest first. */
export function listDeliveryRows(
  driver: SqlDriver,
  webhookId: string,
  { limit, before, ...filter }: DeliveryFilter & { readonly limit: number; readonly before?: string | undefined },
): Promise<ListedDelivery[]> {
  const { body: _, ...listed } = columnsOfDelivery;
  const wanted = [
    ...conditionsOf(webhookId, filter),
    before === undefined ? undefined : lt(webhookDeliveries.id, before),
  ];
  return database(driver)
    .select(listed)
    .from(webhookDeliveries)
    .where(and(...wanted))
    .orderBy(desc(webhookDeliveries.id))
    .limit(limit);
}

export async function findDeliveryRow(
  driver: SqlDriver,
  webhookId: string,
  id: string,
): Promise<WebhookDeliveryRow | undefined> {
  const it = and(eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.id, id));
  return (await database(driver).select().from(webhookDeliveries).where(it))[0];
}

/** Which finished messages are sent again. */
export type ReplayedDeliveries =
  | { readonly ids: readonly string[] }
  | (Pick<DeliveryFilter, "since" | "until"> & { readonly states: readonly WebhookDeliveryState[] });

function replayed(webhookId: string, which: ReplayedDeliveries) {
  const { id, state } = webhookDeliveries;
  return "ids" in which
    ? and(...conditionsOf(webhookId, {}), inArray(id, [...which.ids]), inArray(state, ["delivered", "failed"]))
    : and(...conditionsOf(webhookId, which), inArray(state, [...which.states]));
}

export async function countReplayed(driver: SqlDriver, webhookId: string, which: ReplayedDeliveries): Promise<number> {
  const n = sql<number>`count(*)`.mapWith(Number);
  const [row] = await database(driver).select({ n }).from(webhookDeliveries).where(replayed(webhookId, which));
  return row!.n;
}

/** Has messages sent again, as if they were new. Their ids stay. */
export function replayDeliveries(
  driver: SqlDriver,
  webhookId: string,
  which: ReplayedDeliveries,
  now: number,
): SqlQuery {
  const again = { state: "pending", attempts: 0, dueAt: now, since: now, error: null, finishedAt: null };
  return toQuery(database(driver).update(webhookDeliveries).set(again).where(replayed(webhookId, which)));
}

/** Gives up some messages that wait since before a time. Returns whether there may be more. */
export async function expireDeliveries(
  driver: SqlDriver,
  {
    before,
    now,
    error,
    most,
  }: { readonly before: number; readonly now: number; readonly error: string; readonly most: number },
): Promise<boolean> {
  const text = `update plinth_webhooks_deliveries set state = 'failed', error = ?1, finished_at = ?2
    where ${lookedAtAgain("state", "'pending'")} and id in (
      select id from plinth_webhooks_deliveries where state = 'pending' and since < ?3 and created_at < ?3 limit ?4)`;
  return (await driver.run(statement(driver, text, [error, now, before, most]))).changes === most;
}

/**
 * Deletes some finished messages that were stored before a time: those that have failed before another one. Returns whether there may
 * be more.
 */
export async function deleteOldDeliveries(
  driver: SqlDriver,
  { delivered, failed, most }: { readonly delivered: number; readonly failed: number; readonly most: number },
): Promise<boolean> {
  const text = `delete from plinth_webhooks_deliveries where id in (select id from plinth_webhooks_deliveries
    where (state = 'delivered' and created_at < ?1) or (state = 'failed' and created_at < ?2) limit ?3)`;
  return (await driver.run(statement(driver, text, [delivered, failed, most]))).changes === most;
}

/** Deletes some messages of a webhook. Returns whether there may be more. */
export async function deleteDeliveriesOf(driver: SqlDriver, webhookId: string, most: number): Promise<boolean> {
  const text = `delete from plinth_webhooks_deliveries where id in (select id from plinth_webhooks_deliveries
    where webhook_id = ?1 limit ?2)`;
  return (await driver.run(statement(driver, text, [webhookId, most]))).changes === most;
}

/** Deletes some finished messages of a webhook beyond its newest ones, by their number and size. Returns whether there may be more. */
export async function deleteManyDeliveries(
  driver: SqlDriver,
  webhookId: string,
  { keep, keepSize, most }: { readonly keep: number; readonly keepSize: number; readonly most: number },
): Promise<boolean> {
  const text = `delete from plinth_webhooks_deliveries where id in (
    select id from (select id, row_number() over (order by id desc) as place, sum(size) over (order by id desc) as total
      from plinth_webhooks_deliveries where webhook_id = ?1 and state <> 'pending') finished
    where place > ?3 or total > ?4 order by id limit ?2)`;
  return (await driver.run(statement(driver, text, [webhookId, most, keep, keepSize]))).changes === most;
}

/** Whether more messages of the webhook wait. */
export async function hasMoreWaiting(driver: SqlDriver, webhookId: string, most: number): Promise<boolean> {
  const text = `select 1 as found from plinth_webhooks_deliveries
    where webhook_id = ?1 and state = 'pending' limit 1 offset ?2`;
  return (await driver.all(statement(driver, text, [webhookId, most]))).length > 0;
}

/** The characters that wait for each webhook of a workspace; one for which none wait is left out. */
export async function sizesWaiting(driver: SqlDriver, workspaceId: string): Promise<Map<string, number>> {
  const text = `select webhook_id, sum(size) as size from plinth_webhooks_deliveries where state = 'pending'
    and webhook_id in (select id from plinth_webhooks where workspace_id = ?1 and enabled = 1) group by webhook_id`;
  const rows = await driver.all(statement(driver, text, [workspaceId]));
  return new Map(rows.map((row): [string, number] => [String(row.webhook_id), Number(row.size)]));
}

const columnsOfDelivery = getTableColumns(webhookDeliveries);
const { webhookId, type, item, state, createdAt } = columnsOfDelivery;

function conditionsOf(webhook: string, { state: only, type: of, item: about, since: from, until }: DeliveryFilter) {
  return [
    eq(webhookId, webhook),
    only === undefined ? undefined : eq(state, only),
    of === undefined ? undefined : eq(type, of),
    about === undefined ? undefined : eq(item, about),
    from === undefined ? undefined : gte(createdAt, from),
    until === undefined ? undefined : lt(createdAt, until),
  ];
}

const numberOf = (value: SqlRow[string] | undefined): number | null => (value == null ? null : Number(value));

function fromRow(row: SqlRow): WebhookDeliveryRow {
  return {
    id: String(row.id),
    workspaceId: String(row.workspace_id),
    webhookId: String(row.webhook_id),
    type: String(row.type),
    collectionId: row.collection_id as string | null,
    item: row.item as string | null,
    xid: numberOf(row.xid),
    seq: numberOf(row.seq),
    orderKey: row.order_key as string | null,
    body: String(row.body),
    state: String(row.state),
    attempts: Number(row.attempts),
    dueAt: Number(row.due_at),
    since: Number(row.since),
    error: row.error as string | null,
    tries: String(row.tries),
    createdAt: Number(row.created_at),
    finishedAt: numberOf(row.finished_at),
    requestId: row.request_id as string | null,
    size: Number(row.size),
  };
}
