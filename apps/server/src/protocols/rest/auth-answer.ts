import { invalid, type Json } from "@plinth/core";
import { authOf, clientAddress, type PoolRequest, poolOf } from "@plinth/engine";
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

/**
 * The request by which better-auth takes the token of a mail's link. Here it is sent by POST: programs that scan mails open
 * their links, and must not confirm an address or sign in by that.
 */
export function byToken(c: Context<AppEnv>, token: string): Request {
  const url = new URL(c.req.url);
  url.search = String(new URLSearchParams({ token }));
  const headers = new Headers(c.req.raw.headers);
  for (const name of ["content-length", "content-type"]) headers.delete(name);
  return new Request(url, { headers });
}
