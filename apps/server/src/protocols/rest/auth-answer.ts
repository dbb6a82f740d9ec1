import { invalid, type Json, PlinthError } from "@plinth/core";
import { authOf, authSettingsOf, clientAddress, type PoolRequest, poolOf } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { isOwnPath } from "../../http/own-path.ts";
import { callerRequestOf } from "../../http/stages.ts";
import { incomingRequestOf } from "../../incoming-request.ts";

/** The page that a field of a request names. */
export interface RequestedPage {
  readonly field: string;
  readonly page: string | undefined;
}

/** better-auth's answer to a request. The links of its mails lead to the page in the end. */
export function authAnswer(c: Context<AppEnv>, request: Request, requested?: RequestedPage): Promise<Response> {
  const { engine, driver } = c.env;
  return withBackgroundWork(c, async () => {
    const { workspaceId, workspaceHost, ...incoming } = await poolRequestOf(c);
    const redirect = await redirectIn(c, workspaceId, requested);
    return authOf(engine, driver, workspaceId, workspaceHost).handle(
      request,
      clientAddress(engine.config, incoming),
      redirect,
    );
  });
}

/** The request to the accounts of the workspace that it means. */
export async function poolRequestOf(c: Context<AppEnv>): Promise<PoolRequest> {
  // Limits go by the path: there is one form of it. Names of providers are encoded in theirs.
  const { pathname } = new URL(c.req.url);
  if (pathname.includes("%") && !c.req.param("provider")) throw new PlinthError("NOT_FOUND");
  const workspaceId = await poolOf(callerRequestOf(c));
  return { ...incomingRequestOf(c), workspaceId, workspaceHost: c.env.workspaceHost?.name };
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

/** The page to which a request wants a link to lead: a path of this server, or one that the workspace allows, exactly. */
export async function redirectIn(
  c: Context<AppEnv>,
  workspaceId: string,
  requested: RequestedPage | undefined,
): Promise<string | undefined> {
  if (requested?.page === undefined || isOwnPath(requested.page)) return requested?.page;
  const { redirects } = await authSettingsOf(c.env.engine, c.env.driver, workspaceId);
  if (requested.page === redirects.site_url || redirects.urls.includes(requested.page)) return requested.page;
  throw invalid(
    requested.field,
    "must be a path of this server, such as /welcome, or one of the workspace's redirects.urls",
  );
}

/**
 * The request by which better-auth takes the token of a mail's link. Here it is sent by POST: programs that scan mails open
 * their links, and must not confirm an address or sign in by that.
 */
export function byToken(c: Context<AppEnv>, token: string, more: Readonly<Record<string, string>> = {}): Request {
  const url = new URL(c.req.url);
  url.search = String(new URLSearchParams({ token, ...more }));
  const headers = new Headers(c.req.raw.headers);
  for (const name of ["content-length", "content-type"]) headers.delete(name);
  return new Request(url, { headers });
}
