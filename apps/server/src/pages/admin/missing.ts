import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { html } from "../frame/html.ts";
import { requestLanguage } from "../frame/request-language.ts";
import { serverPage } from "../server/server-page.ts";

/** `npm start` may be building it. */
const RETRY_SECONDS = 5;

/** In place of the admin where it was not built, for the person who runs the server. */
export function missingPage(c: Context<AppEnv>): Response {
  const { title, lead, after } = requestLanguage(c).messages.admin;
  const body = html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<pre>npm run build admin</pre>
<p>${after}</p>`;
  const page = serverPage(c, { title, body, status: 503 });
  page.headers.set("refresh", String(RETRY_SECONDS));
  return page;
}
