import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { html } from "../frame/html.ts";
import { requestLanguage } from "../frame/request-language.ts";
import { serverPage } from "../server/server-page.ts";

/** In place of the admin where it was not built, for the person who runs the server. */
export function missingPage(c: Context<AppEnv>): Response {
  const { title, lead, after } = requestLanguage(c).messages.admin;
  const body = html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<pre>npm run build admin</pre>
<p>${after}</p>`;
  return serverPage(c, { title, body, status: 503 });
}
