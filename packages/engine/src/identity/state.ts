import { type Auth, type RateLimiter, rateLimiter, sessionCookieName } from "@plinth/auth";
import type { Principal, SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";
import { TtlCache } from "../kernel/ttl-cache.ts";

/** A revoked key or an ended session is refused everywhere after this long, and at once where it was revoked. */
const FRESH_MS = 1500;
const MAX_CREDENTIALS = 20_000;
const MAX_WORKSPACES = 1000;

/** What resolving a request's credentials gives. */
export interface Identity {
  readonly principal: Principal;
  /** The browser sent the credential by itself, so a write needs a trusted origin. */
  readonly cookieAuthenticated: boolean;
}

/** One session, as either kind of credential presents it. */
export interface SessionIdentity {
  readonly bearer: Identity;
  readonly cookie: Identity;
}

/** What identity remembers between requests; nothing in it matters when it is lost. */
export interface IdentityState {
  readonly cookieName: string;
  readonly keys: TtlCache<Identity>;
  /** By signed token, `token.signature`. */
  readonly sessions: TtlCache<SessionIdentity>;
  /** Token → signed token, to forget a session that better-auth ended. */
  readonly signedTokens: Lru<string, string>;
  /** Ids by slug. */
  readonly workspaces: TtlCache<string>;
  readonly auths: WeakMap<SqlDriver, Auth>;
  readonly limiter: RateLimiter | undefined;
  setupToken: Promise<string> | undefined;
  /** Once there is an operator there always is one. */
  hasOperator: boolean;
}

export const identityState = service("identity", ({ clock, config }: Engine): IdentityState => {
  return {
    cookieName: sessionCookieName(config),
    keys: new TtlCache({ clock, ttl: FRESH_MS, maxEntries: MAX_CREDENTIALS }),
    sessions: new TtlCache({ clock, ttl: FRESH_MS, maxEntries: MAX_CREDENTIALS }),
    signedTokens: new Lru(MAX_CREDENTIALS),
    workspaces: new TtlCache({ clock, ttl: FRESH_MS, maxEntries: MAX_WORKSPACES }),
    auths: new WeakMap(),
    limiter: config.authRateLimit > 0 ? rateLimiter({ clock, max: config.authRateLimit, windowMs: 60_000 }) : undefined,
    setupToken: undefined,
    hasOperator: false,
  };
});

export function forgetSession(engine: Engine, token: string): void {
  const { sessions, signedTokens } = identityState(engine);
  // Also where it is not cached: a lookup that is on its way must not be kept either.
  sessions.forget(signedTokens.get(token) ?? token);
  signedTokens.delete(token);
}

/** After a user's roles changed. Roles change rarely, and a forgotten session costs one lookup. */
export function forgetSessions(engine: Engine): void {
  identityState(engine).sessions.clear();
}

export function forgetKeys(engine: Engine): void {
  identityState(engine).keys.clear();
}
