import type { SqlDriver, SqlQuery, SqlRow } from "@plinth/core";
import {
  and,
  asc,
  database,
  desc,
  eq,
  inArray,
  lookedAtAgain,
  lt,
  mustFindAtMost,
  sql,
  statement,
  takeTurn,
  toQuery,
} from "@plinth/db/tables";
import type { MessageChannel } from "../../kernel/outbox.ts";
import { mails, templates } from "./tables.ts";

export const NO_LIMIT = Number.MAX_SAFE_INTEGER;

export type MailState = "queued" | "sent" | "failed";
export type MailRow = typeof mails.$inferSelect;
export type TemplateRow = typeof templates.$inferSelect;

type NewMail = Omit<MailRow, "state" | "attempts" | "dueAt" | "error" | "finishedAt">;

interface MailLimits {
  /** Of one channel, by one workspace. */
  readonly aDay: number;
  readonly dayAgo: number;
}

/** Stores a message, unless the limit is reached. Of many at once, each counts those before it. */
export function insertMailQueries(driver: SqlDriver, mail: NewMail, limits: MailLimits): SqlQuery[] {
  const turn = limits.aDay < NO_LIMIT ? takeTurn(driver, `mail ${mail.workspaceId} ${mail.channel}`) : [];
  return [...turn, insertMail(driver, mail, limits)];
}

function insertMail(driver: SqlDriver, mail: NewMail, limits: MailLimits): SqlQuery {
  const sql = `insert into plinth_mail (id, workspace_id, template, recipient, languages, variables, state, attempts,
      due_at, expires_at, created_at, channel)
    select cast(?1 as text), cast(?2 as text), cast(?3 as text), cast(?4 as text), cast(?5 as text), cast(?6 as text),
      'queued', 0, cast(?7 as bigint), cast(?8 as bigint), cast(?7 as bigint),
      cast(?9 as text)
    where cast(?11 as bigint) >= ${NO_LIMIT} or (select count(*) from plinth_mail where workspace_id = ?2
      and channel = ?9 and created_at > ?10) < ?11`;
  const { id, workspaceId, template, recipient, languages, variables, createdAt, expiresAt, channel } = mail;
  const values = [id, workspaceId, template, recipient, languages, variables, createdAt, expiresAt];
  return statement(driver, sql, [...values, channel, limits.dayAgo, limits.aDay]);
}

/**
 * Messages of some channels that are due, which no other process sends before `leaseUntil`. None waits until after `latest`:
 * such a time is one of before the clock was set back.
 */
export async function claimMails(
  driver: SqlDriver,
  channels: readonly MessageChannel[],
  { now, leaseUntil, latest, most }: { now: number; leaseUntil: number; latest: number; most: number },
): Promise<MailRow[]> {
  const some = channels.map((channel) => `'${channel}'`).join(", ");
  const isDue = `(due_at <= ?1 or due_at > ?4) and channel in (${some})`;
  const sql = `update plinth_mail set due_at = ?2, attempts = attempts + 1
    where ${lookedAtAgain("state", "'queued'")} and ${isDue} and id in
      (select id from plinth_mail where state = 'queued' and ${isDue} order by due_at limit ?3) returning *`;
  const { rows } = await driver.run(statement(driver, sql, [now, leaseUntil, most, latest]));
  return rows.map(fromRow);
}

/** When the next message of some channels is to be sent. */
export async function nextMailTime(
  driver: SqlDriver,
  channels: readonly MessageChannel[],
): Promise<number | undefined> {
  const some = channels.map((channel) => `'${channel}'`).join(", ");
  const text = `select min(due_at) as at from plinth_mail where state = 'queued' and channel in (${some})`;
  const [row] = await driver.all(statement(driver, text, []));
  return row!.at === null ? undefined : Number(row!.at);
}

/** What became of a claimed mail. Another process may have claimed it meanwhile; its result counts then. */
export async function finishMail(
  driver: SqlDriver,
  { id, attempts }: Pick<MailRow, "id" | "attempts">,
  result: Partial<Pick<MailRow, "state" | "dueAt" | "error" | "finishedAt" | "variables">>,
): Promise<void> {
  const claimed = and(eq(mails.id, id), eq(mails.state, "queued"), eq(mails.attempts, attempts));
  await driver.run(toQuery(database(driver).update(mails).set(result).where(claimed)));
}

/** Replaces the address of a deleted recipient. */
const DELETED = "deleted";

/** Gives up the waiting messages of the recipients. The rows stay, without addresses, because the workspace's limits count them. */
export function forgetRecipients(
  driver: SqlDriver,
  { workspaceId, recipients, now }: { workspaceId: string; recipients: readonly string[]; now: number },
): SqlQuery {
  const state = sql`case when ${mails.state} = 'queued' then 'failed' else ${mails.state} end`;
  const finishedAt = sql`coalesce(${mails.finishedAt}, cast(${now} as bigint))`;
  const forgotten = { recipient: DELETED, variables: null, error: null, state, finishedAt };
  const theirs = and(eq(mails.workspaceId, workspaceId), inArray(mails.recipient, [...recipients]));
  return toQuery(database(driver).update(mails).set(forgotten).where(theirs));
}

/** How many messages of a channel a workspace has caused since a time. */
export async function countMails(
  driver: SqlDriver,
  { workspaceId, channel, since }: { workspaceId: string; channel: MessageChannel; since: number },
): Promise<number> {
  const sql = "select count(*) as n from plinth_mail where workspace_id = ?1 and channel = ?2 and created_at > ?3";
  const [row] = await driver.all(statement(driver, sql, [workspaceId, channel, since]));
  return Number(row!.n);
}

/** Deletes old mails that are done; returns whether there may be more. */
export async function deleteOldMails(driver: SqlDriver, before: number, most: number): Promise<boolean> {
  const sql = `delete from plinth_mail where id in
    (select id from plinth_mail where state <> 'queued' and finished_at < ?1 limit ?2)`;
  return (await driver.run(statement(driver, sql, [before, most]))).changes === most;
}

export interface MailFilter {
  readonly state?: MailState | undefined;
  readonly to?: string | undefined;
  readonly channel?: MessageChannel | undefined;
}

/** The newest first. */
export function listMailRows(
  driver: SqlDriver,
  workspaceId: string,
  page: MailFilter & { limit: number; before?: string | undefined },
): Promise<MailRow[]> {
  const { limit, before, state, to, channel } = page;
  const wanted = [eq(mails.workspaceId, workspaceId)];
  if (before !== undefined) wanted.push(lt(mails.id, before));
  if (state !== undefined) wanted.push(eq(mails.state, state));
  if (to !== undefined) wanted.push(eq(mails.recipient, to));
  if (channel !== undefined) wanted.push(eq(mails.channel, channel));
  const rows = database(driver)
    .select()
    .from(mails)
    .where(and(...wanted));
  return rows.orderBy(desc(mails.id)).limit(limit);
}

export async function findMailRow(driver: SqlDriver, workspaceId: string, id: string): Promise<MailRow | undefined> {
  const own = and(eq(mails.workspaceId, workspaceId), eq(mails.id, id));
  return (await database(driver).select().from(mails).where(own))[0];
}

/** A workspace's own texts; those of one template, if it is named. */
export function listTemplateRows(driver: SqlDriver, workspaceId: string, name?: string): Promise<TemplateRow[]> {
  const own = eq(templates.workspaceId, workspaceId);
  const wanted = name === undefined ? own : and(own, eq(templates.name, name));
  return database(driver).select().from(templates).where(wanted).orderBy(asc(templates.name), asc(templates.language));
}

export function upsertTemplate(driver: SqlDriver, row: TemplateRow): SqlQuery {
  const sql = `insert into plinth_mail_templates (workspace_id, name, language, subject, text, html, updated_at)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict (workspace_id, name, language) do update
    set subject = excluded.subject, text = excluded.text, html = excluded.html, updated_at = excluded.updated_at`;
  const { workspaceId, name, language, subject, text, html, updatedAt } = row;
  return statement(driver, sql, [workspaceId, name, language, subject, text, html, updatedAt]);
}

/** The statements that fail their batch under the label where the template then has more languages. */
export function mustHaveFewLanguages(
  driver: SqlDriver,
  { workspaceId, name, most }: { readonly workspaceId: string; readonly name: string; readonly most: number },
  label: string,
): SqlQuery[] {
  const all = and(eq(templates.workspaceId, workspaceId), eq(templates.name, name));
  const rows = database(driver).select({ language: templates.language }).from(templates).where(all);
  return mustFindAtMost(driver, label, { most, name: `languages ${workspaceId} ${name}`, rows });
}

export function deleteTemplateRow(
  driver: SqlDriver,
  { workspaceId, name, language }: Pick<TemplateRow, "workspaceId" | "name" | "language">,
): SqlQuery {
  const { workspaceId: w, name: n, language: l } = templates;
  const own = and(eq(w, workspaceId), eq(n, name), eq(l, language));
  return toQuery(database(driver).delete(templates).where(own));
}

function fromRow(row: SqlRow): MailRow {
  return {
    id: String(row.id),
    workspaceId: String(row.workspace_id),
    template: String(row.template),
    recipient: String(row.recipient),
    languages: String(row.languages),
    variables: row.variables as string | null,
    state: String(row.state),
    attempts: Number(row.attempts),
    dueAt: Number(row.due_at),
    expiresAt: Number(row.expires_at),
    error: row.error as string | null,
    createdAt: Number(row.created_at),
    finishedAt: row.finished_at === null ? null : Number(row.finished_at),
    channel: String(row.channel),
  };
}
