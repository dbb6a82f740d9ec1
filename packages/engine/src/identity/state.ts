import { type Auth, type IssuerDocuments, issuerDocuments } from "@plinth/auth";
import type { Principal, SqlDriver } from "@plinth/core";
import type { Engine, WorkspaceHost } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";
import { TtlCache } from "../kernel/ttl-cache.ts";
import { recentChanges } from "./identity-changes.ts";
import type { KeyConditions } from "./key-conditions.ts";

/**
 * A revoked key or an ended session is refused everywhere after this time, and at once on the replica that revoked it.
 */
const FRESH_MS = 1500;
/** By when every server refuses a session that has ended in the database, with time for a request that is under way. */
export const ENDED_EVERYWHERE_MS = 2000;
const MAX_CREDENTIALS = 20_000;
const MAX_WORKSPACES = 1000;
/** Each takes some hundred kilobytes, and is set up again in milliseconds. */
export const MAX_AUTHS = 100;

/** The result of resolving a request's credentials. */
export interface Identity {
  readonly principal: Principal;
  /** The browser sent the credential automatically, so a write needs a trusted origin. */
  readonly cookieAuthenticated: boolean;
  /** Of a key that not every request may use. */
  readonly conditions?: KeyConditions;
  /** The session's signed token, where a session is the credential. */
  readonly session?: string;
}

/** One session, from either kind of credential. */
export interface SessionIdentity {
  /** The workspace to whose accounts its user belongs. */
  readonly pool: string;
  readonly bearer: Identity;
  readonly cookie: Identity;
}

/** Identity data cached between requests. All of it may be lost at any time. */
export interface IdentityState {
  readonly keys: TtlCache<Identity>;
  /** By signed token, `token.signature`. */
  readonly sessions: TtlCache<SessionIdentity>;
  /** Token → signed token, to forget a session that better-auth ended. */
  readonly signedTokens: Lru<string, string>;
  /** Ids by slug, and by themselves. */
  readonly workspaces: TtlCache<string>;
  readonly hosts: TtlCache<WorkspaceHost>;
  /** By pool, and host name where a workspace has one. */
  readonly auths: WeakMap<SqlDriver, Lru<string, Auth>>;
  /** Of sign-in providers. */
  readonly documents: IssuerDocuments;
  setupToken: Promise<string> | undefined;
  /** Never becomes false again: there is always at least one operator. */
  hasOperator: boolean;
}

export const identityState = service("identity", ({ clock }: Engine): IdentityState => {
  return {
    keys: new TtlCache({ clock, ttl: FRESH_MS, maxEntries: MAX_CREDENTIALS }),
    sessions: new TtlCache({ clock, ttl: FRESH_MS, maxEntries: MAX_CREDENTIALS }),
    signedTokens: new Lru(MAX_CREDENTIALS),
    workspaces: new TtlCache({ clock, ttl: FRESH_MS, maxEntries: MAX_WORKSPACES }),
    hosts: new TtlCache({ clock, ttl: FRESH_MS, maxEntries: MAX_WORKSPACES }),
    auths: new WeakMap(),
    documents: issuerDocuments(clock),
    setupToken: undefined,
    hasOperator: false,
  };
});

export function forgetSession(engine: Engine, token: string): void {
  const { sessions, signedTokens } = identityState(engine);
  // Also if it is not cached: a lookup in progress must not be stored either.
  sessions.forget(signedTokens.get(token) ?? token);
  signedTokens.delete(token);
  recentChanges(engine).expire();
}

/** After a user's roles changed. Roles change rarely, and a forgotten session costs one lookup. */
export function forgetSessions(engine: Engine): void {
  identityState(engine).sessions.clear();
  recentChanges(engine).expire();
}

export function forgetKeys(engine: Engine): void {
  identityState(engine).keys.clear();
}

/** After a role was deleted. */
export function forgetRoleHolders(engine: Engine): void {
  forgetSessions(engine);
  forgetKeys(engine);
}
