import { isLoopback, PlinthError } from "@plinth/core";
import { isLocal, keepsContent, listMails, type MailTexts, type StoredMail, showMail } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { incomingRequestOf } from "../../incoming-request.ts";
import { type Html, html } from "../frame/html.ts";
import { requestLanguage } from "../frame/request-language.ts";
import { type Messages, withValues } from "../messages/index.ts";
import { serverPage } from "./server-page.ts";

const SHOWN = 20;

const CHANNELS = ["mail", "sms"] as const;

/**
 * `/dev/inbox`: the mails and text messages of a server that delivers none, for development. It exists only
 * where nothing is set to send them and the server is on this machine, and only for visitors on it and for operators: its
 * links and codes open accounts.
 */
export async function devInboxPage(c: Context<AppEnv>): Promise<Response> {
  const { engine, ctx, principal } = c.env;
  const local = isLoopback(new URL(engine.config.appUrl).hostname);
  const welcome = principal.operator?.owner || isLocal(engine.config, incomingRequestOf(c));
  const kept = CHANNELS.filter((channel) => keepsContent(engine, channel));
  if (!local || kept.length === 0 || !welcome) throw new PlinthError("NOT_FOUND");
  const [only, other] = kept;
  const { data: list } = await listMails(ctx, { limit: SHOWN, ...(other === undefined && { channel: only }) });
  const mails = await Promise.all(list.map(({ id }) => showMail(ctx, id)));
  const texts = requestLanguage(c).messages.inbox;
  const body = html`<h1>${texts.title}</h1>
<p class="lead">${texts.lead}</p>
${mails.length === 0 ? html`<p class="soft">${texts.empty}</p>` : mails.map((mail) => card(texts, mail))}`;
  return serverPage(c, { title: texts.title, body });
}

function card(texts: Messages["inbox"], mail: StoredMail & { content: MailTexts | null }): Html {
  const { channel, to, state, created_at, content } = mail;
  const { subject, text } = content ?? { subject: texts.not_kept, text: "" };
  return html`<section class="card">
<h2>${channel === "sms" ? texts.text_message : subject}</h2>
<p class="soft">${withValues(texts.to, { address: to, time: minuteOf(created_at), state })}</p>
${text.split("\n\n").map(paragraph)}
</section>`;
}

const minuteOf = (time: string): string => `${time.slice(0, 16).replace("T", " ")} UTC`;

function paragraph(text: string): Html {
  const url = /^https?:\/\/\S+$/.test(text) ? URL.parse(text) : null;
  return url ? html`<p><a href="${url.href}">${text}</a></p>` : html`<p>${text}</p>`;
}
