import { type Awaitable, anonymous, DEFAULT_WORKSPACE_ID, PlinthError, type SqlDriver, whenDone } from "@plinth/core";
import type { Engine, RequestClient } from "../kernel/engine.ts";
import type { Credentials } from "./credentials.ts";
import { requireAddress } from "./key-conditions.ts";
import { identifyKey } from "./key-identity.ts";
import { identifySession } from "./session-identity.ts";
import type { Identity } from "./state.ts";
import { workspaceIdOf } from "./workspaces.ts";

const ANONYMOUS: Identity = { principal: anonymous(DEFAULT_WORKSPACE_ID), cookieAuthenticated: false };

/**
 * The principal of a request. An invalid key or bearer token is refused (401), never treated as anonymous. An expired
 * cookie, which browsers send automatically, counts as none. Synchronous while the credential is cached.
 */
export function resolvePrincipal(request: {
  engine: Engine;
  driver: SqlDriver;
  credentials: Credentials;
  /** Absent: a key that is limited to some addresses is refused. */
  client?: Pick<RequestClient, "clientAddress"> | undefined;
}): Awaitable<Identity> {
  const { engine, driver, credentials, client } = request;
  const identity = identify({ engine, driver, client }, credentials);
  const { workspace } = credentials;
  return workspace === null ? identity : whenDone(identity, (known) => inWorkspace(engine, driver, known, workspace));
}

interface Request {
  readonly engine: Engine;
  readonly driver: SqlDriver;
  readonly client: Pick<RequestClient, "clientAddress"> | undefined;
}

function identify(request: Request, credentials: Credentials): Awaitable<Identity> {
  const { engine, driver } = request;
  const { headerKey, bearerKey, bearer, cookie } = credentials;
  if (headerKey !== null || bearerKey !== null) {
    return whenDone(identifyKeys(request, headerKey, bearerKey), (key) => {
      // A publishable key decides which workspace the user must belong to; other keys act for themselves.
      if (bearer === null || weightOf(key) > 0) return key;
      return whenDone(requireSession(engine, driver, bearer), (user) => {
        if (user.principal.workspaceId !== key.principal.workspaceId) throw new PlinthError("WORKSPACE_MISMATCH");
        return user;
      });
    });
  }
  if (bearer !== null) return requireSession(engine, driver, bearer);
  if (cookie === undefined) return ANONYMOUS;
  return whenDone(identifySession(engine, driver, cookie, false), (session) => session?.cookie ?? ANONYMOUS);
}

/** Two different keys must belong to one workspace; the secret one counts, then the scoped one. */
function identifyKeys(request: Request, headerKey: string | null, bearerKey: string | null): Awaitable<Identity> {
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

function requireKey({ engine, driver, client }: Request, key: string): Awaitable<Identity> {
  return whenDone(identifyKey(engine, driver, key), (identity) => {
    if (!identity) throw new PlinthError("INVALID_API_KEY");
    if (identity.conditions) requireAddress(identity.conditions, client?.clientAddress);
    return identity;
  });
}

function requireSession(engine: Engine, driver: SqlDriver, token: string): Awaitable<Identity> {
  return whenDone(identifySession(engine, driver, token, true), (session) => {
    if (!session) throw new PlinthError("INVALID_TOKEN");
    return session.bearer;
  });
}

/** `x-plinth-workspace`: operators may act in any workspace, all others only in their own. */
function inWorkspace(engine: Engine, driver: SqlDriver, identity: Identity, slug: string): Awaitable<Identity> {
  return whenDone(workspaceIdOf(engine, driver, slug), (workspaceId) => {
    const field = "x-plinth-workspace";
    if (workspaceId === null) throw new PlinthError("NOT_FOUND", "There is no such workspace.", { field });
    const { principal, cookieAuthenticated } = identity;
    if (workspaceId === principal.workspaceId) return identity;
    if (!principal.operator) throw new PlinthError("WORKSPACE_MISMATCH", undefined, { field });
    return { principal: { ...principal, workspaceId, bypass: true }, cookieAuthenticated };
  });
}
