import { claimsHold, readJwt, tokenCrypto, type UnverifiedJwt } from "@plinth/auth";
import {
  type Awaitable,
  type Json,
  type JsonObject,
  OPERATORS_POOL_ID,
  type Principal,
  type SqlDriver,
  whenDone,
} from "@plinth/core";
import type { SessionRow, SessionUser } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { HOOK_CLAIM } from "../claim-names.ts";
import { askTokenClaims } from "../hooks/token-claims.ts";
import { type IdentityChanges, recentChanges } from "../identity-changes.ts";
import { hasOrganizations } from "../memberships.ts";
import type { TokenSettings } from "../settings/tokens.ts";
import type { Identity } from "../state.ts";
import { tokenSettings } from "../token-settings.ts";
import { type OwnKey, tokenState, type VerifiedToken } from "../token-state.ts";
import { userClaims, withHookClaim } from "../user-claims.ts";
import { currentUsers, userPrincipal } from "../user-principal.ts";
import { identifyForeignToken } from "./foreign-token.ts";
import { signingKey, verifyingKey } from "./signing-keys.ts";

/** The form of the ids that are the `kid` of our own tokens. */
const KID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The algorithm whose key others have too. */
const SHARED = "HS256";
/** Longer ones are verified each time, so that those that are remembered fit into memory. */
const MAX_REMEMBERED_CHARS = 4096;
/** Tokens that are checked in the database one by one are remembered for so long. */
const CHECKED_MS = 1000;

export interface AccessToken {
  readonly token: string;
  readonly seconds: number;
  readonly expiresAt: Date;
}

/** A token of a session. It never outlives it, and never carries the rights of an operator. */
export async function makeAccessToken(
  engine: Engine,
  driver: SqlDriver,
  { session, user }: { session: SessionRow; user: SessionUser },
  settings: TokenSettings,
): Promise<AccessToken> {
  const { workspaceId } = user;
  const custom = await askTokenClaims(engine, driver, { session, user });
  await recentChanges(engine).current(driver);
  const key = await signingKey(engine, driver, workspaceId);
  const iat = Math.floor(engine.clock.now() / 1000);
  const exp = Math.min(iat + settings.access_token_minutes * 60, Math.floor(session.expiresAt.getTime() / 1000));
  const claims = {
    iss: key.issuer,
    aud: settings.audience ?? key.issuer,
    ...userClaims(user, settings),
    ...(custom && { [HOOK_CLAIM]: custom }),
    iat,
    exp,
    session_id: session.id,
    workspace: workspaceId,
  };
  return { token: await (await tokenCrypto()).sign(claims, key), seconds: exp - iat, expiresAt: new Date(exp * 1000) };
}

/**
 * The principal of a bearer token in the form of a JWT: the workspace's own, or one of an issuer that the workspace of the
 * request trusts. Null: it is not valid. Synchronous for a token that was verified before.
 */
export function identifyJwt(
  engine: Engine,
  driver: SqlDriver,
  token: string,
  workspaceId: string,
): Awaitable<Identity | null> {
  const changes = recentChanges(engine);
  const now = engine.clock.now();
  const known = tokenState(engine).tokens.get(token);
  if (known && known.version === changes.version && now < known.until && changes.isFresh(now)) return known.identity;
  return whenDone(changes.current(driver), () => identify(engine, driver, token, workspaceId));
}

async function identify(
  engine: Engine,
  driver: SqlDriver,
  token: string,
  workspaceId: string,
): Promise<Identity | null> {
  const changes = recentChanges(engine);
  const state = tokenState(engine);
  state.keepUpWith(changes);
  const known = state.tokens.get(token);
  if (known && engine.clock.now() < known.until) return stillValid({ engine, driver, changes }, token, known);
  const jwt = readJwt(token);
  if (!jwt) return null;
  const { kid } = jwt.header;
  const key = kid !== undefined && KID.test(kid) ? await verifyingKey(engine, driver, kid) : null;
  if (!key) return identifyForeignToken(engine, driver, { token, jwt, workspaceId });
  return verifyOwn({ engine, driver, changes }, { token, jwt, key });
}

interface VerificationContext {
  readonly engine: Engine;
  readonly driver: SqlDriver;
  readonly changes: IdentityChanges;
}

async function verifyOwn(
  parts: VerificationContext,
  { token, jwt, key }: { token: string; jwt: UnverifiedJwt; key: OwnKey },
): Promise<Identity | null> {
  const { engine, driver } = parts;
  // Claims that a key's holder made for another program are not for this one.
  const principal = ownPrincipal(jwt.claims, key);
  if (jwt.header.alg !== key.alg || !principal) return null;
  if (!(await (await tokenCrypto()).verify(token, key))) return null;
  const { audience } = await tokenSettings(engine, driver, key.workspaceId);
  const expected = { issuer: key.issuer, audience: audience ?? key.issuer, now: engine.clock.now() };
  if (!claimsHold(jwt.claims, expected)) return null;
  const until = (jwt.claims.exp as number) * 1000;
  if (key.alg === SHARED) return identifyShared(parts, token, { principal, iat: jwt.claims.iat, until });
  const identity = { principal, cookieAuthenticated: false };
  return stillValid(parts, token, { identity, until, version: -1, userChange: undefined });
}

/**
 * Anyone who knows a shared secret can write any token. So only its session counts, with the rights that its user has in the
 * database, and not for longer than a token of this server's.
 */
async function identifyShared(
  parts: VerificationContext,
  token: string,
  { principal, iat, until }: { principal: Principal; iat: Json | undefined; until: number },
): Promise<Identity | null> {
  const { engine, driver } = parts;
  if (typeof iat !== "number") return null;
  const { access_token_minutes: minutes } = await tokenSettings(engine, driver, principal.workspaceId);
  const end = Math.min(until, (iat + minutes * 60) * 1000);
  if (end <= engine.clock.now()) return null;
  const userChange = parts.changes.last("user", principal.id!);
  const renewed = await renewedPrincipal(parts, principal);
  if (!renewed) return null;
  const identity = { principal: renewed, cookieAuthenticated: false };
  return stillValid(parts, token, { identity, until: end, version: -1, userChange });
}

/** The token with what has changed since it was made or last used; null where its session has ended. */
async function stillValid(parts: VerificationContext, token: string, known: VerifiedToken): Promise<Identity | null> {
  const { engine, driver, changes } = parts;
  const { principal } = known.identity;
  const { version } = changes;
  const sessionId = principal.sessionId!;
  if (known.version === version) return known.identity;
  const state = tokenState(engine);
  if (changes.last("session", sessionId) !== undefined) {
    state.tokens.delete(token);
    return null;
  }
  const now = engine.clock.now();
  const userChange = changes.last("user", principal.id!);
  // Memberships are items, which no trigger of this kind watches.
  const complete = changes.isComplete(now) && !(await hasOrganizations(engine, driver, principal.workspaceId));
  let { identity } = known;
  if (userChange !== known.userChange || !complete) {
    const renewed = await renewedPrincipal(parts, principal);
    if (!renewed) return null;
    identity = { principal: withHookClaim(renewed, principal.claims?.[HOOK_CLAIM]), cookieAuthenticated: false };
  }
  const until = complete ? known.until : Math.min(known.until, now + CHECKED_MS);
  if (token.length <= MAX_REMEMBERED_CHARS && changes.version === version) {
    state.tokens.set(token, { identity, until, version, userChange });
  }
  return identity;
}

/** The user with the rights of now. Null: the session has ended. */
async function renewedPrincipal(
  { engine, driver }: VerificationContext,
  principal: Principal,
): Promise<Principal | null> {
  const sessionId = principal.sessionId!;
  const user = (await currentUsers(engine, driver, [sessionId])).get(sessionId);
  if (user?.kind !== "user" || user.workspaceId !== principal.workspaceId || user.id !== principal.id) return null;
  return user;
}

/** What the claims of a token say that its key's workspace has made. Undefined: they are not those of such a token. */
function ownPrincipal(claims: JsonObject, { workspaceId }: OwnKey): Principal | undefined {
  const { sub, email, roles, session_id: sessionId, workspace } = claims;
  // Operators have sessions only.
  if (workspaceId === OPERATORS_POOL_ID) return undefined;
  if (workspace !== workspaceId || typeof sessionId !== "string" || typeof sub !== "string") return undefined;
  // Null: a user without an address.
  if ((email !== null && typeof email !== "string") || !isTexts(roles)) return undefined;
  const shown = Object.entries(claims).filter(([name]) => !OF_THE_TOKEN.has(name));
  const user = userPrincipal({ id: sub, workspaceId, email }, { roles });
  return { ...user, sessionId, claims: Object.fromEntries(shown) };
}

/** Claims about the token and not about its user: rules do not see them. */
const OF_THE_TOKEN: ReadonlySet<string> = new Set(["iss", "aud", "iat", "exp", "nbf", "session_id", "workspace"]);

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
