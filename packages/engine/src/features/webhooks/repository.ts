import type { SqlDriver, SqlQuery } from "@plinth/core";
import {
  and,
  asc,
  database,
  eq,
  gt,
  inArray,
  mustFind,
  mustFindAtMost,
  pieces,
  statement,
  takeTurn,
  toQuery,
} from "@plinth/db/tables";
import { webhooks } from "./tables.ts";

export type WebhookRow = typeof webhooks.$inferSelect;

/** The name of the cursor in the change log. */
export const WEBHOOKS_CURSOR = "webhooks";

type WebhookKey = Pick<WebhookRow, "workspaceId" | "id">;

const itIs = ({ workspaceId, id }: WebhookKey) => and(eq(webhooks.workspaceId, workspaceId), eq(webhooks.id, id));

/** The oldest first. */
export function listWebhookRows(
  driver: SqlDriver,
  workspaceId: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<WebhookRow[]> {
  const own = eq(webhooks.workspaceId, workspaceId);
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

/** Of every workspace. */
export function listAllWebhooks(
  driver: SqlDriver,
): Promise<Pick<WebhookRow, "id" | "workspaceId" | "name" | "enabled">[]> {
  const { id, workspaceId, name, enabled } = webhooks;
  return database(driver).select({ id, workspaceId, name, enabled }).from(webhooks);
}

/** Ids of webhooks to which something can be sent now. A time after `latest` is one of before the clock was set back. */
export async function listDueWebhooks(
  driver: SqlDriver,
  { now, latest, most }: { readonly now: number; readonly latest: number; readonly most: number },
): Promise<string[]> {
  const sql = `select w.id from plinth_webhooks w where w.enabled = 1 and (w.paused_until <= ?1 or w.paused_until > ?2)
    and exists (select 1 from plinth_webhooks_deliveries d where d.webhook_id = w.id and d.state = 'pending'
      and (d.due_at <= ?1 or d.due_at > ?2)) and ${IN_USE} limit ?3`;
  return (await driver.all(statement(driver, sql, [now, latest, most]))).map((row) => String(row.id));
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

/** Fails its batch under the label where the webhook is gone. */
export function updateWebhookQueries(
  driver: SqlDriver,
  key: WebhookKey,
  change: Partial<Omit<WebhookRow, "id" | "workspaceId">>,
  label: string,
): SqlQuery[] {
  const found = mustFind(driver, label, database(driver).select({ id: webhooks.id }).from(webhooks).where(itIs(key)));
  return [found, toQuery(database(driver).update(webhooks).set(change).where(itIs(key)))];
}

export function deleteWebhookRow(driver: SqlDriver, key: WebhookKey): SqlQuery {
  return toQuery(database(driver).delete(webhooks).where(itIs(key)));
}

/** The statements that fail their batch under the label where the workspace then has more webhooks. */
export function mustHaveFewWebhooks(driver: SqlDriver, workspaceId: string, most: number, label: string): SqlQuery[] {
  const rows = database(driver).select({ id: webhooks.id }).from(webhooks).where(eq(webhooks.workspaceId, workspaceId));
  return mustFindAtMost(driver, label, { most, name: `webhooks ${workspaceId}`, rows });
}

/** Of batches that move or delete cursors, one at a time runs. */
const cursorTurn = (driver: SqlDriver): SqlQuery[] => takeTurn(driver, "cursors of webhooks");

/**
 * The statements before a webhook is stored or enabled: where the workspace has no other one, nobody reads its log, and the
 * cursor begins at this position.
 */
export function beginCursor(driver: SqlDriver, workspaceId: string, position: string): SqlQuery[] {
  const sql = `insert into plinth_consumers (workspace_id, name, place, held_until) values (?1, ?2, ?3, 0)
    on conflict (workspace_id, name) do update set place = excluded.place
    where not exists (select 1 from plinth_webhooks w where w.workspace_id = excluded.workspace_id and w.enabled = 1)`;
  return [...cursorTurn(driver), statement(driver, sql, [workspaceId, WEBHOOKS_CURSOR, position])];
}

/** Deletes the cursors of workspaces whose log is read for no webhook any more. */
export async function deleteIdleCursors(driver: SqlDriver): Promise<void> {
  const sql = `delete from plinth_consumers where name = ?1 and not exists
    (select 1 from plinth_webhooks w where w.workspace_id = plinth_consumers.workspace_id and w.enabled = 1)`;
  await driver.batch([...cursorTurn(driver), statement(driver, sql, [WEBHOOKS_CURSOR])]);
}

/** Notes a round of attempts that has failed. Attempts of one round count once. */
export async function noteWebhookFailure(
  driver: SqlDriver,
  { id, failures }: Pick<WebhookRow, "id" | "failures">,
  { now, pausedUntil }: { readonly now: number; readonly pausedUntil: number },
): Promise<void> {
  const sql = `update plinth_webhooks set failures = ?1, failing_since = coalesce(failing_since, ?2), paused_until = ?3
    where id = ?4 and failures < ?1`;
  await driver.run(statement(driver, sql, [failures + 1, now, pausedUntil, id]));
}

export async function clearWebhookFailures(driver: SqlDriver, id: string): Promise<void> {
  const failing = and(eq(webhooks.id, id), gt(webhooks.failures, 0));
  const cleared = { failures: 0, failingSince: null, pausedUntil: 0 };
  await driver.run(toQuery(database(driver).update(webhooks).set(cleared).where(failing)));
}

/** The statements that disable a webhook. They fail their batch under the label where it is disabled already, or gone. */
export function disableWebhookQueries(
  driver: SqlDriver,
  { id, reason, now }: { readonly id: string; readonly reason: string; readonly now: number },
  label: string,
): SqlQuery[] {
  const enabled = and(eq(webhooks.id, id), eq(webhooks.enabled, true));
  const change = { enabled: false, disabledReason: reason, updatedAt: now };
  return [
    mustFind(driver, label, database(driver).select({ id: webhooks.id }).from(webhooks).where(enabled)),
    toQuery(database(driver).update(webhooks).set(change).where(enabled)),
  ];
}
