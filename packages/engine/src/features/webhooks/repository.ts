import type { SqlDriver, SqlQuery } from "@plinth/core";
import {
  and,
  asc,
  beginConsumer,
  database,
  deleteIdleConsumers,
  eq,
  gt,
  inArray,
  isNull,
  lt,
  mustFind,
  mustFindAtMost,
  pieces,
  sql,
  statement,
  takeTurn,
  toQuery,
} from "@plinth/db/tables";
import { webhooks } from "./tables.ts";

export type WebhookRow = typeof webhooks.$inferSelect;

/** The name of the cursor in the change log. */
export const WEBHOOKS_CURSOR = "webhooks";

type WebhookKey = Pick<WebhookRow, "workspaceId" | "id">;

/** Those of a workspace that are not deleted. */
const ofWorkspace = (workspaceId: string) => and(eq(webhooks.workspaceId, workspaceId), isNull(webhooks.deletedAt));

const itIs = ({ workspaceId, id }: WebhookKey) => and(ofWorkspace(workspaceId), eq(webhooks.id, id));

/** The oldest first. */
export function listWebhookRows(
  driver: SqlDriver,
  workspaceId: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<WebhookRow[]> {
  const own = ofWorkspace(workspaceId);
  const wanted = after === undefined ? own : and(own, gt(webhooks.id, after));
  return database(driver).select().from(webhooks).where(wanted).orderBy(asc(webhooks.id)).limit(limit);
}

export async function findWebhookRow(driver: SqlDriver, key: WebhookKey): Promise<WebhookRow | undefined> {
  return (await database(driver).select().from(webhooks).where(itIs(key)))[0];
}

/** The webhooks of a workspace to which its changes are sent. */
export function listEnabledWebhooks(driver: SqlDriver, workspaceId: string): Promise<WebhookRow[]> {
  const enabled = and(eq(webhooks.workspaceId, workspaceId), eq(webhooks.enabled, true));
  return database(driver).select().from(webhooks).where(enabled).orderBy(asc(webhooks.id));
}

const IN_USE = `exists (select 1 from plinth_workspaces p where p.id = w.workspace_id
  and p.archived_at is null and p.deleted_at is null)`;

/** The workspaces whose changes are sent somewhere. */
export async function listWebhookWorkspaces(driver: SqlDriver): Promise<Set<string>> {
  const sql = `select distinct w.workspace_id from plinth_webhooks w where w.enabled = 1 and ${IN_USE}`;
  return new Set((await driver.all(statement(driver, sql, []))).map((row) => String(row.workspace_id)));
}

/** Of every workspace, by their ids. */
export function listWebhooksAfter(
  driver: SqlDriver,
  after: string,
  most: number,
): Promise<Pick<WebhookRow, "id" | "workspaceId" | "name" | "enabled" | "deletedAt">[]> {
  const { id, workspaceId, name, enabled, deletedAt } = webhooks;
  return database(driver)
    .select({ id, workspaceId, name, enabled, deletedAt })
    .from(webhooks)
    .where(gt(id, after))
    .orderBy(asc(id))
    .limit(most);
}

/** Ids of webhooks to which something can be sent now: some of them, others each time. A time after `latest` is one of before the clock was set back. */
export async function listDueWebhooks(
  driver: SqlDriver,
  { now, latest, most }: { readonly now: number; readonly latest: number; readonly most: number },
): Promise<string[]> {
  // Two conditions, each a look at an index: of a receiver that refuses all, many messages wait for later.
  const waits = (due: string) =>
    `exists (select 1 from plinth_webhooks_deliveries d where d.webhook_id = w.id and d.state = 'pending' and ${due})`;
  const sql = `select w.id from plinth_webhooks w where w.enabled = 1 and (w.paused_until <= ?1 or w.paused_until > ?2)
    and (${waits("d.due_at <= ?1")} or ${waits("d.due_at > ?2")}) and ${IN_USE} order by random() limit ?3`;
  return (await driver.all(statement(driver, sql, [now, latest, most]))).map((row) => String(row.id));
}

/** Of a message `d`: one with an order key waits for those before it. */
export const WAITS_FOR_NONE = `(d.order_key is null or not exists (
  select 1 from plinth_webhooks_deliveries e where e.order_key = d.order_key and e.state = 'pending'
    and (e.xid < d.xid or (e.xid = d.xid and e.seq < d.seq))))`;

/** When a message that waits for no other one is next to be sent to a receiver that is not paused, and whether changes are sent to any. */
export async function nextDeliveryTime(
  driver: SqlDriver,
): Promise<{ readonly dueAt?: number | undefined; readonly isAny: boolean }> {
  // The first by the index, not the least of all that wait.
  const sql = `select min(case when due_at < paused_until then paused_until else due_at end) as due_at, count(*) as webhooks
    from (select w.paused_until, (select d.due_at from plinth_webhooks_deliveries d where d.webhook_id = w.id
      and d.state = 'pending' and ${WAITS_FOR_NONE} order by d.due_at limit 1) as due_at from plinth_webhooks w where w.enabled = 1 and ${IN_USE}) t`;
  const [row] = await driver.all(statement(driver, sql, []));
  const { due_at: dueAt, webhooks: some } = row!;
  return { isAny: Number(some) > 0, ...(dueAt !== null && { dueAt: Number(dueAt) }) };
}

export async function findWebhooks(driver: SqlDriver, ids: readonly string[]): Promise<WebhookRow[]> {
  const found: WebhookRow[] = [];
  for (const some of pieces(driver, ids)) {
    found.push(...(await database(driver).select().from(webhooks).where(inArray(webhooks.id, some))));
  }
  return found;
}

export function insertWebhook(driver: SqlDriver, row: WebhookRow): SqlQuery {
  return toQuery(database(driver).insert(webhooks).values(row));
}

/** Of batches that change a webhook by what they have read of it, one at a time runs. */
const turnOf = (id: string): string => `webhook ${id}`;

/** What a change to a webhook was made from. */
export type WebhookBasis = readonly ("settings" | "headers" | "secrets" | "url" | "enabled")[];

const same = (column: (typeof webhooks)[WebhookBasis[number]], value: string | boolean | null) =>
  value === null ? isNull(column) : eq(column, value);

/** They fail their batch under the label where the webhook is gone, or is not any more as it was read in what the change was made from. */
export function updateWebhookQueries(
  driver: SqlDriver,
  before: WebhookRow,
  { change, basis }: { readonly change: Partial<Omit<WebhookRow, "id" | "workspaceId">>; readonly basis: WebhookBasis },
  label: string,
): SqlQuery[] {
  const asRead = and(itIs(before), ...basis.map((part) => same(webhooks[part], before[part])));
  return [
    ...takeTurn(driver, turnOf(before.id)),
    mustFind(driver, label, database(driver).select({ id: webhooks.id }).from(webhooks).where(asRead)),
    toQuery(database(driver).update(webhooks).set(change).where(itIs(before))),
  ];
}

/** From now on it is not there. Its messages are too many for one statement: retention deletes them, and then the row. */
export function deleteWebhookLater(driver: SqlDriver, key: WebhookKey, now: number): SqlQuery {
  const gone = { enabled: false, headers: null, deletedAt: now };
  return toQuery(database(driver).update(webhooks).set(gone).where(itIs(key)));
}

export async function deleteWebhookRow(driver: SqlDriver, id: string): Promise<void> {
  await driver.run(toQuery(database(driver).delete(webhooks).where(eq(webhooks.id, id))));
}

/** The statements that fail their batch under the label where the workspace then has more webhooks. */
export function mustHaveFewWebhooks(driver: SqlDriver, workspaceId: string, most: number, label: string): SqlQuery[] {
  const rows = database(driver).select({ id: webhooks.id }).from(webhooks).where(ofWorkspace(workspaceId));
  return mustFindAtMost(driver, label, { most, name: `webhooks ${workspaceId}`, rows });
}

const READERS = "plinth_webhooks w where w.enabled = 1";

/** The statements before a webhook is stored or enabled: after this position nothing is left out. */
export function beginCursor(driver: SqlDriver, workspaceId: string, position: string): SqlQuery[] {
  return beginConsumer(driver, { workspaceId, name: WEBHOOKS_CURSOR, position, readers: READERS });
}

/** Deletes the cursors of workspaces whose log is read for no webhook any more. */
export function deleteIdleCursors(driver: SqlDriver): Promise<void> {
  return deleteIdleConsumers(driver, { name: WEBHOOKS_CURSOR, readers: READERS });
}

/** Sends it what comes after another position. */
export function restartWebhook(driver: SqlDriver, id: string, { xid, seq }: { xid: number; seq: number }): SqlQuery {
  const start = { startXid: xid, startSeq: seq };
  return toQuery(database(driver).update(webhooks).set(start).where(eq(webhooks.id, id)));
}

/** An attempt says nothing of an address that the webhook has been given since. */
const isAtAddress = ({ id, url }: Pick<WebhookRow, "id" | "url">) => and(eq(webhooks.id, id), eq(webhooks.url, url));

/** Notes a round of attempts that has failed. Attempts of one round count once. `isAnew`: what has failed before is long over. */
export async function noteWebhookFailure(
  driver: SqlDriver,
  webhook: Pick<WebhookRow, "id" | "url" | "failures">,
  { now, pausedUntil, isAnew }: { readonly now: number; readonly pausedUntil: number; readonly isAnew: boolean },
): Promise<void> {
  const failures = webhook.failures + 1;
  const failingSince = isAnew ? now : sql`coalesce(${webhooks.failingSince}, ${now})`;
  const round = and(isAtAddress(webhook), lt(webhooks.failures, failures));
  await driver.run(
    toQuery(database(driver).update(webhooks).set({ failures, failingSince, pausedUntil }).where(round)),
  );
}

export async function clearWebhookFailures(driver: SqlDriver, webhook: Pick<WebhookRow, "id" | "url">): Promise<void> {
  const failing = and(isAtAddress(webhook), gt(webhooks.failures, 0));
  const cleared = { failures: 0, failingSince: null, pausedUntil: 0 };
  await driver.run(toQuery(database(driver).update(webhooks).set(cleared).where(failing)));
}

/**
 * The statements that disable a webhook. They fail their batch under the label where it is disabled already, or gone, or has another
 * address than `url`.
 */
export function disableWebhookQueries(
  driver: SqlDriver,
  {
    id,
    reason,
    now,
    url,
  }: { readonly id: string; readonly reason: string; readonly now: number; readonly url?: string | undefined },
  label: string,
): SqlQuery[] {
  const it = url === undefined ? eq(webhooks.id, id) : isAtAddress({ id, url });
  const enabled = and(it, eq(webhooks.enabled, true));
  const change = { enabled: false, disabledReason: reason, updatedAt: now };
  return [
    ...takeTurn(driver, turnOf(id)),
    mustFind(driver, label, database(driver).select({ id: webhooks.id }).from(webhooks).where(enabled)),
    toQuery(database(driver).update(webhooks).set(change).where(enabled)),
  ];
}
