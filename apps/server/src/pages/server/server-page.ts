import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { htmlPage } from "../frame/document.ts";
import type { Html } from "../frame/html.ts";
import { pageHref, requestLanguage } from "../frame/request-language.ts";
import { SHARED_SCRIPT, scriptData } from "../frame/script.ts";
import { PLINTH } from "../frame/theme.ts";

export interface ServerPage {
  readonly title: string;
  readonly body: Html;
  readonly session?: Html | undefined;
  readonly script?: string;
  readonly data?: object;
  readonly status?: number;
}

/** A page for those who run the server, in Plinth's own colours. */
export function serverPage(c: Context<AppEnv>, { script, data, ...page }: ServerPage): Response {
  const language = requestLanguage(c);
  const home = pageHref(c, "/");
  const more = script !== undefined && {
    script: SHARED_SCRIPT + script,
    data: scriptData(language, {
      api: "/api/operator",
      next: home,
      second_factor: pageHref(c, "/operator/second-factor", { next: home }),
      step_up: pageHref(c, "/operator/step-up"),
      ...data,
    }),
  };
  return htmlPage({ ...page, theme: PLINTH, language, home, translated: true, ...more });
}
