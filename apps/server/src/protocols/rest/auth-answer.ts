import { invalid, type Json, PlinthError } from "@plinth/core";
import { authOf, clientAddress, type PoolRequest, poolOf, workspacePath } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { isOwnPath } from "../../http/own-path.ts";
import { callerRequestOf } from "../../http/stages.ts";
import { incomingRequestOf } from "../../incoming-request.ts";

/** better-auth's answer to a request. `redirect` is where the links of its mails lead in the end. */
export function authAnswer(c: Context<AppEnv>, request: Request, redirect?: string): Promise<Response> {
  const { engine, driver } = c.env;
  return withBackgroundWork(c, async () => {
    const { workspaceId, ...incoming } = await poolRequestOf(c);
    return authOf(engine, driver, workspaceId).handle(request, clientAddress(engine.config, incoming), redirect);
  });
}

/** The request to the accounts of the workspace that it means. */
export async function poolRequestOf(c: Context<AppEnv>): Promise<PoolRequest> {
  return { ...incomingRequestOf(c), workspaceId: await poolOf(callerRequestOf(c)) };
}

/** Where no process lasts, mails that the work has queued are sent after its answer. */
export async function withBackgroundWork(c: Context<AppEnv>, work: () => Promise<Response>): Promise<Response> {
  const { engine, driver, host } = c.env;
  try {
    return await work();
  } finally {
    const due = engine.scheduler.tickWhenDue(engine, driver);
    if (due) host.defer(due);
  }
}

/** The request with the validated body. */
export function forward(c: Context<AppEnv>, body: Json | object): Request {
  const headers = new Headers(c.req.raw.headers);
  headers.delete("content-length");
  headers.set("content-type", "application/json");
  return new Request(c.req.url, { method: "POST", headers, body: JSON.stringify(body) });
}

/** The page to which a request wants a link to lead: a path of this server, or one of `REDIRECT_URLS`, exactly. */
export function redirectIn(c: Context<AppEnv>, field: string, target: string | undefined): string | undefined {
  const { redirectUrls } = c.env.platform.config;
  if (target === undefined || redirectUrls.includes(target) || isOwnPath(target)) return target;
  throw invalid(field, "must be a path of this server, such as /welcome, or one of the addresses in REDIRECT_URLS");
}

/** Where a browser asks for the code of a second factor; `next` says where it goes on. */
const SECOND_FACTOR_PAGE = "/second-factor";

/** Whoever opens a mail's link expects a page: the browser goes on to `redirect`, with the cookies of the answer or the error. */
export async function leadOn(
  c: Context<AppEnv>,
  redirect: string | undefined,
  answer: () => Promise<Response>,
): Promise<Response> {
  if (redirect === undefined) return answer();
  const { appUrl } = c.env.platform.config;
  try {
    const response = await answer();
    const headers = new Headers({ "cache-control": "no-store" });
    for (const cookie of response.headers.getSetCookie()) headers.append("set-cookie", cookie);
    const { twoFactorRedirect } = (await response.json()) as { twoFactorRedirect?: boolean };
    const own = redirect.startsWith("/");
    const pages = workspacePath(await poolOf(callerRequestOf(c)));
    const target = new URL(twoFactorRedirect && own ? `${pages}${SECOND_FACTOR_PAGE}` : redirect, appUrl);
    if (twoFactorRedirect && own) target.searchParams.set("next", redirect);
    else if (twoFactorRedirect) target.searchParams.set("error", "second_factor_required");
    headers.set("location", target.href);
    return new Response(null, { status: 302, headers });
  } catch (error) {
    if (!(error instanceof PlinthError) || error.status >= 500) throw error;
    const target = new URL(redirect, appUrl);
    target.searchParams.set("error", error.code === "VALIDATION" ? "invalid_link" : error.code.toLowerCase());
    return new Response(null, { status: 302, headers: { "cache-control": "no-store", location: target.href } });
  }
}
