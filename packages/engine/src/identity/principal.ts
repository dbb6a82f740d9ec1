import { looksLikeJwt } from "@plinth/auth";
import { type Awaitable, anonymous, DEFAULT_WORKSPACE_ID, PlinthError, type SqlDriver, whenDone } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import type { Credentials } from "./credentials.ts";
import { identifyKey } from "./key-identity.ts";
import { identifySession } from "./session-identity.ts";
import type { Identity } from "./state.ts";
import { identifyJwt } from "./tokens/access-token.ts";
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
}): Awaitable<Identity> {
  const { engine, driver, credentials } = request;
  const identity = identify(engine, driver, credentials);
  const { workspace } = credentials;
  return workspace === null ? identity : whenDone(identity, (known) => inWorkspace(engine, driver, known, workspace));
}

function identify(engine: Engine, driver: SqlDriver, credentials: Credentials): Awaitable<Identity> {
  const { headerKey, bearerKey, bearer, cookie } = credentials;
  if (headerKey !== null || bearerKey !== null) {
    return whenDone(identifyKeys(engine, driver, headerKey, bearerKey), (key) => {
      // A secret key already has full rights. A publishable key decides which workspace the user must belong to.
      if (key.principal.bypass || bearer === null) return key;
      const workspace = () => key.principal.workspaceId;
      return whenDone(requireBearer(engine, driver, bearer, workspace), (user) => {
        if (user.principal.workspaceId !== key.principal.workspaceId) throw new PlinthError("WORKSPACE_MISMATCH");
        return user;
      });
    });
  }
  if (bearer !== null) return requireBearer(engine, driver, bearer, () => workspaceOf(engine, driver, credentials));
  if (cookie === undefined) return ANONYMOUS;
  return whenDone(identifySession(engine, driver, cookie, false), (session) => session?.cookie ?? ANONYMOUS);
}

/** Two different keys must belong to one workspace; the secret one counts. */
function identifyKeys(
  engine: Engine,
  driver: SqlDriver,
  headerKey: string | null,
  bearerKey: string | null,
): Awaitable<Identity> {
  const first = requireKey(engine, driver, headerKey ?? bearerKey!);
  if (headerKey === null || bearerKey === null || headerKey === bearerKey) return first;
  return whenDone(first, (one) =>
    whenDone(requireKey(engine, driver, bearerKey), (other) => {
      if (one.principal.workspaceId !== other.principal.workspaceId) throw new PlinthError("WORKSPACE_MISMATCH");
      return other.principal.bypass ? other : one;
    }),
  );
}

function requireKey(engine: Engine, driver: SqlDriver, key: string): Awaitable<Identity> {
  return whenDone(identifyKey(engine, driver, key), (identity) => {
    if (!identity) throw new PlinthError("INVALID_API_KEY");
    return identity;
  });
}

/** `workspace`: whose trusted issuers count, where the token is not one of this server's. */
function requireBearer(
  engine: Engine,
  driver: SqlDriver,
  token: string,
  workspace: () => Awaitable<string>,
): Awaitable<Identity> {
  if (looksLikeJwt(token)) {
    return whenDone(identifyJwt(engine, driver, token, workspace), (identity) => {
      if (!identity) throw new PlinthError("INVALID_TOKEN");
      return identity;
    });
  }
  return whenDone(identifySession(engine, driver, token, true), (session) => {
    if (!session) throw new PlinthError("INVALID_TOKEN");
    return session.bearer;
  });
}

function workspaceOf(engine: Engine, driver: SqlDriver, { workspace }: Credentials): Awaitable<string> {
  if (workspace === null) return DEFAULT_WORKSPACE_ID;
  return whenDone(workspaceIdOf(engine, driver, workspace), (id) => id ?? DEFAULT_WORKSPACE_ID);
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
