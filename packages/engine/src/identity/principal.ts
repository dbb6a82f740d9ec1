import { looksLikeJwt, sessionCookieName, sessionCookieOf } from "@plinth/auth";
import {
  type Awaitable,
  anonymous,
  DEFAULT_WORKSPACE_ID,
  OPERATORS_POOL_ID,
  operatorIn,
  PlinthError,
  type SqlDriver,
  whenDone,
} from "@plinth/core";
import type { Engine, RequestClient, WorkspaceHost } from "../kernel/engine.ts";
import type { Credentials } from "./credentials.ts";
import { requireConditions } from "./key-conditions.ts";
import { identifyKey } from "./key-identity.ts";
import { identifySession } from "./session-identity.ts";
import type { Identity } from "./state.ts";
import { identifyJwt } from "./tokens/access-token.ts";
import { HEADER, type Named, namedWorkspace } from "./workspaces.ts";

const ANONYMOUS: Identity = { principal: anonymous(DEFAULT_WORKSPACE_ID), cookieAuthenticated: false };

/** What identifies a caller, and where it wants to act. */
export interface CallerRequest {
  readonly engine: Engine;
  readonly driver: SqlDriver;
  readonly credentials: Credentials;
  /** The workspace that the path names, by slug or id. */
  readonly pathWorkspace?: string | undefined;
  /** The workspace's own host name by which the request came. */
  readonly workspaceHost?: WorkspaceHost | undefined;
  /** The path says that an operator calls: no other credential counts. */
  readonly asOperator?: boolean | undefined;
  /** Absent: a key that is limited to some addresses is refused. */
  readonly client?: Pick<RequestClient, "clientAddress" | "limited"> | undefined;
}

/**
 * The principal of a request. An invalid key or bearer token is refused (401), never treated as anonymous. An expired
 * cookie, which browsers send automatically, counts as none. Synchronous while the credential is cached.
 */
export function resolvePrincipal(request: CallerRequest): Awaitable<Identity> {
  requireServerForOperators(request);
  const named = namedBy(request);
  const identified = request.asOperator ? identifyOperator : identify;
  if (named === null) return identified(request, DEFAULT_WORKSPACE_ID);
  return whenDone(namedWorkspace(request.engine, request.driver, named), (workspaceId) =>
    whenDone(identified(request, workspaceId), (identity) => inWorkspace(identity, workspaceId, named)),
  );
}

/**
 * The pool of accounts to which a request to sign up or in belongs: the operators' where its path says so, else of the
 * workspace that its host name, path or header names, else of its key, else of the session that it sends as a bearer, else of the
 * default workspace.
 */
export async function poolOf(request: CallerRequest): Promise<string> {
  const { engine, driver } = request;
  const pool = await meantPool(request);
  // Throws where the workspace is archived or deleted.
  await engine.catalogs.get(driver, pool);
  return pool;
}

async function meantPool(request: CallerRequest): Promise<string> {
  requireServerForOperators(request);
  const { engine, driver, credentials, asOperator } = request;
  if (asOperator) return OPERATORS_POOL_ID;
  const named = namedBy(request);
  const { headerKey, bearerKey, bearer } = credentials;
  const key = headerKey !== null || bearerKey !== null ? await identifyKeys(request, headerKey, bearerKey) : undefined;
  if (named !== null) {
    const workspaceId = await namedWorkspace(engine, driver, named);
    if (key) inWorkspace(key, workspaceId, named);
    return workspaceId;
  }
  if (key) return key.principal.workspaceId;
  if (bearer !== null && looksLikeJwt(bearer)) {
    const identity = await identifyJwt(engine, driver, bearer, DEFAULT_WORKSPACE_ID);
    return identity?.principal.workspaceId ?? DEFAULT_WORKSPACE_ID;
  }
  const session = bearer === null ? undefined : await identifySession(engine, driver, bearer, true);
  const pool = session?.pool;
  return pool === undefined || pool === OPERATORS_POOL_ID ? DEFAULT_WORKSPACE_ID : pool;
}

/** The pool that a request's host name, path or header names. */
export async function namedPoolOf(request: CallerRequest): Promise<string | undefined> {
  requireServerForOperators(request);
  if (request.asOperator) return OPERATORS_POOL_ID;
  const named = namedBy(request);
  return named === null ? undefined : namedWorkspace(request.engine, request.driver, named);
}

function namedBy({ credentials, pathWorkspace, workspaceHost }: CallerRequest): Named | null {
  if (workspaceHost === undefined && pathWorkspace === undefined && credentials.workspace === null) return null;
  return { host: workspaceHost ?? null, path: pathWorkspace ?? null, header: credentials.workspace };
}

/**
 * Whoever controls the DNS entry of a workspace's host name can lead browsers elsewhere, with the cookies that they have
 * for it. No operator signs in there, and no operator's cookie counts.
 */
function requireServerForOperators({ asOperator, workspaceHost }: CallerRequest): void {
  if (asOperator && workspaceHost) {
    throw new PlinthError("WORKSPACE_MISMATCH", "Operators are served at the server's own address.");
  }
}

function identify(request: CallerRequest, workspaceId: string): Awaitable<Identity> {
  const { engine, driver, credentials } = request;
  const { headerKey, bearerKey, bearer, cookies } = credentials;
  if (headerKey !== null || bearerKey !== null) {
    return whenDone(identifyKeys(request, headerKey, bearerKey), (key) => {
      // A publishable key decides which workspace the user must belong to; other keys act for themselves.
      if (bearer === null || weightOf(key) > 0) return key;
      return whenDone(requireBearer(engine, driver, bearer, key.principal.workspaceId), (user) => {
        if (user.principal.workspaceId !== key.principal.workspaceId) throw new PlinthError("WORKSPACE_MISMATCH");
        return user;
      });
    });
  }
  if (bearer !== null) return requireBearer(engine, driver, bearer, workspaceId);
  return cookies === null ? nobody(workspaceId) : identifyCookie(request, cookies, workspaceId);
}

/** A caller without credentials. */
function nobody(workspaceId: string): Identity {
  if (workspaceId === DEFAULT_WORKSPACE_ID) return ANONYMOUS;
  return { principal: anonymous(workspaceId), cookieAuthenticated: false };
}

/**
 * The cookie of the workspace's own pool, else the one of an operator: a person who is signed in as both has the lesser rights
 * unless the path says otherwise. Browsers send a cookie unasked: one of another workspace's user counts as none, as does
 * one of an operator without rights in the workspace.
 */
function identifyCookie(request: CallerRequest, cookies: string, workspaceId: string): Awaitable<Identity> {
  return whenDone(identifyCookieOf(request, cookies, workspaceId), (own) => {
    if (own) return own;
    if (request.workspaceHost) return nobody(workspaceId);
    const operator = identifyCookieOf(request, cookies, OPERATORS_POOL_ID);
    const counts = (found: Identity) => operatorIn(found.principal, workspaceId) !== null;
    return whenDone(operator, (found) => (found && counts(found) ? found : nobody(workspaceId)));
  });
}

/** The operator who calls. Credentials of others are refused. */
function identifyOperator(request: CallerRequest, workspaceId: string): Awaitable<Identity> {
  const { engine, driver, credentials } = request;
  const { headerKey, bearerKey, bearer, cookies } = credentials;
  if (headerKey !== null || bearerKey !== null) throw new PlinthError("WORKSPACE_MISMATCH", NO_OPERATOR);
  if (bearer !== null) {
    return whenDone(requireBearer(engine, driver, bearer, workspaceId), (identity) => {
      if (identity.principal.kind !== "operator") throw new PlinthError("WORKSPACE_MISMATCH", NO_OPERATOR);
      return identity;
    });
  }
  const found = cookies === null ? undefined : identifyCookieOf(request, cookies, OPERATORS_POOL_ID);
  return whenDone(found, (identity) => identity ?? nobody(workspaceId));
}

const NO_OPERATOR = "Only operators may call below /api/operator.";

function identifyCookieOf(request: CallerRequest, cookies: string, pool: string): Awaitable<Identity | undefined> {
  const { engine, driver } = request;
  const cookie = sessionCookieOf(cookies, sessionCookieName(engine.config, pool));
  if (cookie === undefined) return undefined;
  return whenDone(identifySession(engine, driver, cookie, false), (session) =>
    session?.pool === pool ? session.cookie : undefined,
  );
}

/** Two different keys must belong to one workspace; the secret one counts, then the scoped one. */
function identifyKeys(request: CallerRequest, headerKey: string | null, bearerKey: string | null): Awaitable<Identity> {
  const first = requireKey(request, headerKey ?? bearerKey!);
  if (headerKey === null || bearerKey === null || headerKey === bearerKey) return first;
  return whenDone(first, (one) =>
    whenDone(requireKey(request, bearerKey), (other) => {
      if (one.principal.workspaceId !== other.principal.workspaceId) throw new PlinthError("WORKSPACE_MISMATCH");
      return weightOf(other) > weightOf(one) ? other : one;
    }),
  );
}

function weightOf({ principal }: Identity): number {
  if (principal.bypass) return 2;
  return principal.scope ? 1 : 0;
}

function requireKey({ engine, driver, client }: CallerRequest, key: string): Awaitable<Identity> {
  return whenDone(identifyKey(engine, driver, key), (identity) => {
    if (!identity) throw new PlinthError("INVALID_API_KEY");
    if (!identity.conditions) return identity;
    return whenDone(requireConditions(engine, driver, identity.conditions, client), () => identity);
  });
}

/** The issuers that the workspace trusts count, where the token is not one of this server's. */
function requireBearer(engine: Engine, driver: SqlDriver, token: string, workspaceId: string): Awaitable<Identity> {
  if (looksLikeJwt(token)) {
    return whenDone(identifyJwt(engine, driver, token, workspaceId), (identity) => {
      if (!identity) throw new PlinthError("INVALID_TOKEN");
      return identity;
    });
  }
  return whenDone(identifySession(engine, driver, token, true), (session) => {
    if (!session) throw new PlinthError("INVALID_TOKEN");
    return session.bearer;
  });
}

/** Operators may act where they have rights, all others only in their own workspace. */
function inWorkspace(identity: Identity, workspaceId: string, { header }: Named): Identity {
  const { principal } = identity;
  if (workspaceId === principal.workspaceId) return identity;
  const there = operatorIn(principal, workspaceId);
  if (!there) throw new PlinthError("WORKSPACE_MISMATCH", undefined, header !== null ? { field: HEADER } : {});
  return { ...identity, principal: there };
}
