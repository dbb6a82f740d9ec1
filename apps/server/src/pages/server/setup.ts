import { hasOperator, maySetUp } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { incomingRequestOf } from "../../incoming-request.ts";
import { html } from "../frame/html.ts";
import { pageHref, requestLanguage } from "../frame/request-language.ts";
import { OPERATOR_SCRIPT, operatorCard } from "./operator-forms.ts";
import { serverPage } from "./server-page.ts";

/** `/setup?token=…`: the form that makes the first operator, for a caller with the link or on this machine. */
export async function setupPage(c: Context<AppEnv>): Promise<Response> {
  const { engine, driver } = c.env;
  const texts = requestLanguage(c).messages;
  const { title, welcome, lead, done_title, done_lead, refused_title, refused_lead } = texts.setup;
  if (await hasOperator(engine, driver)) return notice(c, { heading: done_title, lead: done_lead });
  const token = new URL(c.req.url).searchParams.get("token") ?? undefined;
  if (!(await maySetUp(engine, { ...incomingRequestOf(c), token }))) {
    const { one_step, find_link } = texts.start;
    const said = token === undefined ? [one_step, find_link] : [refused_title, refused_lead];
    return notice(c, { heading: said[0]!, lead: said[1]!, status: 403 });
  }
  const body = html`<h1>${welcome}</h1>
<p class="lead">${lead}</p>
${operatorCard(texts)}`;
  return serverPage(c, { title, body, script: OPERATOR_SCRIPT });
}

interface Notice {
  readonly heading: string;
  readonly lead: string;
  readonly status?: number;
}

function notice(c: Context<AppEnv>, { heading, lead, status = 200 }: Notice): Response {
  const { title, to_start } = requestLanguage(c).messages.setup;
  const body = html`<h1>${heading}</h1>
<p class="lead">${lead}</p>
<p><a href="${pageHref(c, "/")}">${to_start}</a></p>`;
  return serverPage(c, { title, body, status });
}
