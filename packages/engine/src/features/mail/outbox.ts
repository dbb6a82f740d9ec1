import { isPlaceholderAddress, PlinthError, uuidv7 } from "@plinth/core";
import { countMessage } from "../../identity/limits/message-limits.ts";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../identity/paging.ts";

import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { DAY_MS, type MessageChannel, type Outbox, SENDERS } from "../../kernel/outbox.ts";
import { compose, encryptVariables } from "./compose.ts";
import {
  countMails,
  findMailRow,
  forgetRecipients,
  insertMailQueries,
  listMailRows,
  type MailFilter,
  type MailRow,
  type MailState,
  NO_LIMIT,
} from "./repository.ts";
import { channelOf, type MailTexts } from "./templates.ts";

const MAX_LANGUAGES_CHARS = 200;
const CURSOR_SORT = "-id";

/** Keeps mails until they are sent: docs/mail.md says what is promised. */
export const mailOutbox: Outbox = {
  async queue(engine, driver, { to, variables, languages, mostADay, asker, ...order }) {
    if (isPlaceholderAddress(to)) return [];
    if (asker !== "counted" && !(await countMessage(engine, driver, { ...order, to, asker })).allowed) return [];
    const now = engine.clock.now();
    const id = uuidv7(now);
    const row = {
      ...order,
      id,
      recipient: to,
      languages: languages.slice(0, MAX_LANGUAGES_CHARS),
      variables: await encryptVariables(engine, id, variables),
      createdAt: now,
      channel: channelOf(order.template),
    };
    const limits = { aDay: mostADay ?? NO_LIMIT, dayAgo: now - DAY_MS };
    return insertMailQueries(driver, row, limits);
  },
  forget: ({ clock }, driver, workspaceId, recipients) =>
    forgetRecipients(driver, { workspaceId, recipients, now: clock.now() }),
  listTo: (driver, workspaceId, to, page) => listMailRows(driver, workspaceId, { to, ...page }),
  countOfDay: ({ clock }, driver, workspaceId, channel) =>
    countMails(driver, { workspaceId, channel, since: clock.now() - DAY_MS }),
};

/** A mail or text message as its workspace's administrators see it: never its content. */
export interface StoredMail {
  id: string;
  channel: MessageChannel;
  template: string;
  to: string;
  state: MailState;
  attempts: number;
  /** Why the last attempt failed. */
  last_error: string | null;
  created_at: string;
  /** When it is sent, or sent again; null once that is over. */
  next_attempt_at: string | null;
  /** When it was sent or given up. */
  finished_at: string | null;
}

/** The newest first. */
export async function listMails(
  ctx: RequestContext,
  { limit, cursor, ...filter }: MailFilter & PageQuery,
): Promise<CursorPage<StoredMail>> {
  const page = { ...filter, limit: limit + 1, before: idInCursor(cursor, CURSOR_SORT) };
  return pageById(await listMailRows(ctx.driver, ctx.principal.workspaceId, page), limit, CURSOR_SORT, describe);
}

/** With the content where the mailer is one for development, whose mails are read here instead of being delivered. */
export async function showMail(ctx: RequestContext, id: string): Promise<StoredMail & { content: MailTexts | null }> {
  const { engine, driver, principal } = ctx;
  const row = await findMailRow(driver, principal.workspaceId, id);
  if (!row) throw new PlinthError("NOT_FOUND", "There is no such mail.");
  const readable = keepsContent(engine, row.channel as MessageChannel);
  return { ...describe(row), content: (readable && (await compose(engine, driver, row))) || null };
}

export function keepsContent(engine: Pick<Engine, "mailer" | "sms">, channel: MessageChannel): boolean {
  return engine[SENDERS[channel]]?.capabilities.development === true;
}

function describe(row: MailRow): StoredMail {
  const { id, template, recipient, attempts } = row;
  const state = row.state as MailState;
  return {
    id,
    channel: row.channel as MessageChannel,
    template,
    to: recipient,
    state,
    attempts,
    last_error: row.error,
    created_at: new Date(row.createdAt).toISOString(),
    next_attempt_at: state === "queued" ? new Date(row.dueAt).toISOString() : null,
    finished_at: row.finishedAt === null ? null : new Date(row.finishedAt).toISOString(),
  };
}
