import {
  type Awaitable,
  DEFAULT_WORKSPACE_ID,
  type HexColour,
  hasAccount,
  OPERATORS_POOL_ID,
  type Principal,
} from "@plinth/core";
import { type AuthSettings, authSettingsOf, type RequestContext, workspaceNameOf } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { isOwnPath } from "../../http/own-path.ts";
import { htmlPage } from "../frame/document.ts";
import { sessionForm } from "../frame/form.ts";
import type { Html } from "../frame/html.ts";
import { pageHref, requestLanguage } from "../frame/request-language.ts";
import { SHARED_SCRIPT, scriptData } from "../frame/script.ts";
import { PLINTH, type Theme } from "../frame/theme.ts";
import type { Messages, PageLanguage } from "../messages/index.ts";
import type { PageCaptcha } from "./captcha.ts";

/** What a page for a workspace's users is made from. */
export interface PageRequest {
  readonly ctx: RequestContext;
  readonly principal: Principal;
  readonly texts: Messages;
  readonly parameters: URLSearchParams;
  readonly settings: AuthSettings;
  readonly asOperator: boolean;
  /** The accounts that the page is for. */
  readonly pool: string;
  readonly theme: Theme;
  readonly language: PageLanguage;
  /** Before the paths of these pages, and after `/api` before those of their API: empty, `/t/:slug` or `/operator`. */
  readonly base: string;
  /** The path of another of these pages, which goes on in the language that was asked for. */
  href(path: string, parameters?: Readonly<Record<string, string>>): string;
  /** Where a user continues after signing in. */
  readonly next: string;
  /** Where the browser is led once somebody is signed in: to the workspace's terms first, where it has some. */
  readonly entrance: string;
  /** The parameters by which another page goes on there too. */
  readonly onwards: Readonly<Record<string, string>>;
}

export interface PageContent {
  readonly title: string;
  readonly body: Html;
  readonly script?: string;
  /** For the script, beside what every script gets. */
  readonly data?: object;
  /** What the API's errors mean on this page. */
  readonly errors?: Readonly<Record<string, string>>;
  readonly status?: number;
  /** The challenge among the page's fields. */
  readonly captcha?: PageCaptcha | undefined;
  /** For more than one form. */
  readonly wide?: boolean;
}

/** A page, or a redirect to another one. */
export type HostedPage = (request: PageRequest) => Awaitable<PageContent | Response>;

/** Answers with a page in the caller's language and the workspace's colours. */
export async function answerPage(c: Context<AppEnv>, page: HostedPage): Promise<Response> {
  const request = await pageRequest(c);
  const content = await page(request);
  return content instanceof Response ? content : render(request, content);
}

async function pageRequest(c: Context<AppEnv>): Promise<PageRequest> {
  const { ctx, principal, pathWorkspace, asOperator } = c.env;
  const parameters = new URL(c.req.url).searchParams;
  const language = requestLanguage(c);
  const named = pathWorkspace === undefined ? "" : `/t/${pathWorkspace}`;
  const base = asOperator ? "/operator" : named;
  // The operators' pages are the server's: no workspace decides how they look or where they lead.
  const pool = asOperator ? OPERATORS_POOL_ID : principal.workspaceId;
  const settings = await authSettingsOf(ctx.engine, ctx.driver, pool);
  const href: PageRequest["href"] = (path, more) => pageHref(c, base + path, more);
  const wanted = parameters.get("next");
  const consent = `${base}/consent`;
  const known = wanted !== null && (isOwnPath(wanted) || settings.redirects.urls.includes(wanted));
  const next = known ? wanted : (settings.redirects.site_url ?? href("/account"));
  const asked = settings.terms.url === null || next.startsWith(consent);
  return {
    ctx,
    principal,
    asOperator,
    pool,
    parameters,
    settings,
    theme: await themeOf(ctx, pool, settings),
    language,
    texts: language.messages,
    base,
    href,
    next,
    entrance: asked ? next : href("/consent", { next }),
    onwards: known ? { next: wanted } : {},
  };
}

/** The operators' pages have the product's name, and the default workspace until it gets another. */
async function themeOf({ driver }: RequestContext, pool: string, { pages }: AuthSettings): Promise<Theme> {
  const unnamed = pool === DEFAULT_WORKSPACE_ID || pool === OPERATORS_POOL_ID ? PLINTH.name : undefined;
  return {
    name: pages.name ?? unnamed ?? (await workspaceNameOf(driver, pool)),
    logoUrl: pages.logo_url,
    accent: pages.accent as HexColour | null,
  };
}

function render(
  request: PageRequest,
  { title, body, script, data, errors, status, captcha, wide }: PageContent,
): Response {
  const { theme, language, principal, base, href, entrance, onwards } = request;
  const signedIn = hasAccount(principal) && wide;
  return htmlPage({
    title,
    body,
    theme,
    language,
    home: href("/account"),
    session: signedIn ? sessionForm(request.texts, principal) : undefined,
    script: `${SHARED_SCRIPT}${signedIn ? SIGN_OUT_SCRIPT : ""}${captcha?.script ?? ""}${script ?? ""}`,
    data: scriptData(language, {
      api: `/api${base}`,
      next: entrance,
      sign_in: href("/sign-in"),
      second_factor: href("/second-factor", onwards),
      step_up: href("/step-up"),
      errors,
      ...captcha?.data,
      ...data,
    }),
    status,
    widget: captcha?.widget,
    narrow: !wide,
    translated: true,
  });
}

const SIGN_OUT_SCRIPT = `
after["sign-out"] = () => location.replace(page.sign_in);
`;

/** To the sign-in page, and back to this one afterwards. */
export function toSignIn({ href }: PageRequest, back: string): Response {
  return redirectTo(href("/sign-in", { next: href(back) }));
}

/** To the workspace's terms, and back to this page afterwards. */
export function toConsent({ href }: PageRequest, back: string): Response {
  return redirectTo(href("/consent", { next: href(back) }));
}

export function redirectTo(location: string, status: 302 | 303 = 302): Response {
  return new Response(null, { status, headers: { location } });
}
