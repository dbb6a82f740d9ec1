import { lookup, type PlinthError } from "@plinth/core";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { NATIVE } from "../http/native.ts";
import { htmlPage } from "./frame/document.ts";
import { type Html, html } from "./frame/html.ts";
import { pageHref, requestLanguage } from "./frame/request-language.ts";
import { PLINTH } from "./frame/theme.ts";
import type { Messages } from "./messages/index.ts";

/**
 * In place of a page that cannot be shown: says why, and what to do. Undefined where a program asks, or something of the API is
 * asked for. It is Plinth's page and not the workspace's, as it cannot be told what that looks like.
 */
export function failurePage(c: Context<AppEnv>, error: PlinthError): Response | undefined {
  if (!isForPeople(c)) return undefined;
  const language = requestLanguage(c);
  const { title, lead, more } = contentOf(c, error, language.messages);
  const body = html`<h1>${title}</h1>
<p class="lead">${lead}</p>
${more}
<p class="soft"><small>${error.code} · ${c.env.id}</small></p>`;
  const theme = { ...PLINTH, name: c.env.requestedHost ?? PLINTH.name };
  const home = pageHref(c, "/");
  const page = htmlPage({ title, body, theme, language, home, status: error.status, narrow: true });
  // When to try again, and the id of the request.
  for (const [name, value] of c.env.protocol.errorResponse(error, c.env.id, c.req.raw).headers)
    if (!page.headers.has(name)) page.headers.set(name, value);
  page.headers.set("cache-control", "no-store");
  return page;
}

/** A browser shows it in a window of its own. */
function isForPeople({ req, env }: Context<AppEnv>): boolean {
  if (env.protocol !== NATIVE || (req.method !== "GET" && req.method !== "HEAD")) return false;
  return req.header("accept")?.includes("text/html") === true;
}

interface FailureWords {
  readonly title: string;
  readonly lead: string;
  readonly more?: Html | undefined;
}

function contentOf(c: Context<AppEnv>, { code, status, details }: PlinthError, texts: Messages): FailureWords {
  const { archived, archived_lead, open_again, unknown, unknown_lead, workspaces, busy, busy_lead, again, refused } =
    texts.failed_page;
  const { pathWorkspace } = c.env;
  if (code === "WORKSPACE_ARCHIVED") {
    const slug = encodeURIComponent(pathWorkspace ?? "");
    const more = toAdmin(c, texts, `/admin/t/default/workspaces/${slug}`, open_again);
    return { title: archived, lead: archived_lead, more };
  }
  if (status === 404) {
    const isWorkspace = pathWorkspace !== undefined;
    const more = isWorkspace ? toAdmin(c, texts, "/admin/t/default/workspaces", workspaces) : undefined;
    return { title: unknown, lead: unknown_lead, more };
  }
  const retry = html`<p><a class="button" href="">${again}</a></p>`;
  if (status === 429) {
    const seconds = String(details?.retry_after ?? 60);
    return { title: busy, lead: texts.errors.RATE_LIMITED.replace("{seconds}", seconds), more: retry };
  }
  if (status >= 500) return { title: busy, lead: busy_lead, more: retry };
  return { title: refused, lead: lookup(texts.errors, code) ?? texts.failures.other, more: retry };
}

/** For whoever runs the server. At the host name of a workspace there is no admin. */
function toAdmin(c: Context<AppEnv>, { failed_page }: Messages, path: string, text: string): Html | undefined {
  if (!c.env.platform.config.admin || c.env.requestedHost !== undefined || c.env.asOperator) return undefined;
  return html`<p class="below">${failed_page.operators} <a href="${path}">${text}</a></p>`;
}
