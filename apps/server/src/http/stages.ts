import { type Awaitable, dataErrorOf, recover, type SqlDriver, variablesOf, whenDone } from "@plinth/core";
import {
  type CallerRequest,
  type Catalog,
  type Engine,
  type Identity,
  isRefusedByCatalog,
  newBudget,
  resolvePrincipal,
  sourcesOf,
  VIEW_AS,
  viewAs,
  viewOnly,
  workspaceHostOf,
} from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import type { Database } from "../database.ts";
import { requireTrustedOrigin } from "./origin.ts";
import type { Handler } from "./route.ts";

/*
 * What happens before a route's handler. Functions around it, not middlewares: a chain of middlewares costs a promise
 * and two closures for each link, and most requests wait for nothing here.
 */

/** Opens the request's connection to the built-in database first. */
export function withDatabase(database: Database, handler: Handler): Handler {
  const atHost = withWorkspaceHost(handler);
  return (c) => {
    const { current } = database;
    if (!current) return connect(c, database, atHost);
    c.env.driver = current;
    return atHost(c);
  };
}

/** Finds out first whose host name it is, where it is not the server's. */
function withWorkspaceHost(handler: Handler): Handler {
  return (c) => {
    const { engine, driver, requestedHost } = c.env;
    if (requestedHost === undefined) return handler(c);
    return whenDone(workspaceHostOf(engine, driver, requestedHost), (found) => {
      c.env.workspaceHost = found ?? undefined;
      return handler(c);
    });
  };
}

async function connect(c: Context<AppEnv>, database: Database, handler: Handler): Promise<Response> {
  const { env } = c;
  const driver = await database.open();
  env.driver = driver;
  try {
    return await handler(c);
  } finally {
    if (driver.lifetime === "request" && driver.close) env.host.defer(closeAfter(env.engine, driver, env.streaming));
  }
}

async function closeAfter(engine: Engine, driver: SqlDriver, streaming: Promise<unknown> | undefined): Promise<void> {
  if (streaming) await streaming;
  await engine.scheduler.currentTicks(driver);
  await driver.close?.();
}

/** Resolves the caller first, over an open connection. */
export function withPrincipal(handler: Handler): Handler {
  return (c) => {
    return whenDone(resolvePrincipal(callerRequestOf(c)), (known) => identified(c, known, handler));
  };
}

/** What the request says about its caller and its workspace. */
export function callerRequestOf(c: Context<AppEnv>): CallerRequest {
  const { engine, driver, protocol, pathWorkspace, workspaceHost, asOperator } = c.env;
  const credentials = protocol.credentials(c.req.raw.headers);
  return { engine, driver, credentials, pathWorkspace, workspaceHost, asOperator, client: c.env };
}

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/** A browser also sends its cookie when another site makes the request, so a write by cookie needs a trusted origin. */
function identified(c: Context<AppEnv>, identity: Identity, handler: Handler): Awaitable<Response> {
  if (identity.cookieAuthenticated) {
    c.env.byCookie = true;
    if (!READS.has(c.req.method)) requireTrustedOrigin(c);
  }
  c.env.principal = identity.principal;
  c.env.session = identity.session;
  return handler(c);
}

/** Builds the context that every service needs first, for a known caller. */
export function withContext(handler: Handler): Handler {
  return (c) => {
    const { engine, driver, principal } = c.env;
    const catalog = engine.catalogs.get(driver, principal.workspaceId);
    return whenDone(catalog, (known) => withCatalog(c, known, handler));
  };
}

/**
 * Answers an administrator as somebody else would be answered. Until here, the request is the administrator's own: its
 * limits, its slot and the last use of its key.
 */
export function withViewer(handler: Handler): Handler {
  return (c) => {
    const target = c.req.raw.headers.get(VIEW_AS);
    return target === null ? handler(c) : answerAs(c, target, handler);
  };
}

async function answerAs(c: Context<AppEnv>, target: string, handler: Handler): Promise<Response> {
  const { ctx } = c.env;
  // With a new catalog the route runs once more, and the principal is no longer the administrator.
  c.env.administrator ??= ctx.principal;
  const principal = await viewAs({ ...ctx, principal: c.env.administrator }, target);
  c.env.principal = principal;
  c.env.ctx = { ...ctx, principal, variables: variablesOf(principal, ctx.now) };
  return handler(c);
}

/** Refuses to do as oneself what was meant as somebody else. */
export function withoutViewer(handler: Handler): Handler {
  return (c) => {
    if (c.req.raw.headers.has(VIEW_AS)) throw viewOnly();
    return handler(c);
  };
}

/**
 * Another server may have changed the schema within the second for which this one trusts its catalog. Then the database
 * does not know a name in a statement, or the catalog does not know a name in the request: with the current catalog the
 * route runs again, once, over the same connection.
 */
function withCatalog(c: Context<AppEnv>, catalog: Catalog, handler: Handler): Awaitable<Response> {
  return recover(
    () => proceed(c, catalog, handler),
    (error) => withNewCatalog(c, error, handler),
  );
}

function proceed(c: Context<AppEnv>, catalog: Catalog, handler: Handler): Awaitable<Response> {
  const { engine, driver, principal, id, host } = c.env;
  const now = engine.clock.now();
  c.env.ctx = {
    engine,
    driver,
    source: sourcesOf(engine, driver),
    principal,
    catalog,
    variables: variablesOf(principal, now),
    now,
    budget: newBudget(engine.config, now),
    writes: { committed: false },
    client: c.env,
    requestId: id,
    host,
    defer: driver.lifetime === "process" ? host.defer : undefined,
  };
  return handler(c);
}

/** Throws the error where the catalog was the current one, the body has gone, or something was written. */
async function withNewCatalog(c: Context<AppEnv>, error: unknown, handler: Handler): Promise<Response> {
  const { ctx, engine, driver, bodyBytes } = c.env;
  if (ctx.writes?.committed || (c.req.raw.bodyUsed && !bodyBytes)) throw error;
  const { catalog, principal } = ctx;
  const newer = dataErrorOf(error)?.unknownName
    ? await engine.catalogs.newer(driver, catalog)
    : isRefusedByCatalog(error) && (await engine.catalogs.newerForRefusal(driver, catalog, principal));
  if (!newer) throw error;
  return proceed(c, newer, handler);
}
