import { htmlPage } from "../frame/document.ts";
import type { Html } from "../frame/html.ts";
import { SHARED_SCRIPT, scriptData } from "../frame/script.ts";
import { PLINTH } from "../frame/theme.ts";
import { ENGLISH } from "../messages/index.ts";

/** A page for those who run the server: in English, and in Plinth's own colours. */
export function serverPage({
  script,
  data,
  ...page
}: {
  title: string;
  body: Html;
  session?: Html | undefined;
  script?: string;
  data?: object;
  status?: number;
}): Response {
  const more = script !== undefined && {
    script: SHARED_SCRIPT + script,
    data: scriptData(ENGLISH, { api: "/api/operator", next: "/", step_up: "/operator/step-up", ...data }),
  };
  return htmlPage({ ...page, theme: PLINTH, language: ENGLISH, home: "/", ...more });
}
