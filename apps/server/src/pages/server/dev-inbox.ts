import { isLoopback, PlinthError } from "@plinth/core";
import { isLocal, keepsContent, listMails, type MailTexts, type StoredMail, showMail } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { incomingRequestOf } from "../../incoming-request.ts";
import { type Html, html } from "../frame/html.ts";
import { serverPage } from "./server-page.ts";

const SHOWN = 20;

/**
 * `/dev/inbox`: the mails of a server that delivers none, for development. It exists only where no mailer is
 * set and the server is on this machine, and only for visitors on it and for operators: its links open accounts.
 */
export async function devInboxPage(c: Context<AppEnv>): Promise<Response> {
  const { engine, ctx, principal } = c.env;
  const local = isLoopback(new URL(engine.config.appUrl).hostname);
  const welcome = principal.operator || isLocal(engine.config, incomingRequestOf(c));
  if (!local || !keepsContent(engine) || !welcome) throw new PlinthError("NOT_FOUND");
  const list = await listMails(ctx, { limit: SHOWN });
  const mails = await Promise.all(list.map(({ id }) => showMail(ctx, id)));
  const body = html`<h1>Inbox for development</h1>
<p class="lead">These mails were not delivered, because MAIL_URL is not set. The newest is first.</p>
${mails.length === 0 ? html`<p class="soft">No mail yet.</p>` : mails.map(card)}`;
  return serverPage({ title: "Inbox for development", body });
}

function card({ to, state, created_at, content }: StoredMail & { content: MailTexts | null }): Html {
  const { subject, text } = content ?? { subject: "(content not kept)", text: "" };
  return html`<section class="card">
<h2>${subject}</h2>
<p class="soft">To ${to}, ${created_at}, ${state}</p>
${text.split("\n\n").map(paragraph)}
</section>`;
}

function paragraph(text: string): Html {
  const url = /^https?:\/\/\S+$/.test(text) ? URL.parse(text) : null;
  return url ? html`<p><a href="${url.href}">${text}</a></p>` : html`<p>${text}</p>`;
}
