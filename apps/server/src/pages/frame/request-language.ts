import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { languageFor, type PageLanguage } from "../messages/index.ts";

/** The language of a page: what the address asks for with `lang`, or else what the browser accepts. */
export function requestLanguage(c: Context<AppEnv>): PageLanguage {
  const asked = new URL(c.req.url).searchParams.get("lang");
  return languageFor(asked, c.req.header("accept-language") ?? null);
}

/** The address of another page, in the language that this one was asked for. */
export function pageHref(c: Context<AppEnv>, path: string, parameters: Readonly<Record<string, string>> = {}): string {
  const asked = new URL(c.req.url).searchParams.has("lang");
  const query = String(new URLSearchParams({ ...parameters, ...(asked && { lang: requestLanguage(c).code }) }));
  return query === "" ? path : `${path}?${query}`;
}
