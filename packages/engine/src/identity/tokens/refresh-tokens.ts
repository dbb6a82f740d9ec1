import { lifetimeOf, looksLikeJwt } from "@plinth/auth";
import { DataError, ImpersonatedError, OPERATORS_POOL_ID, PlinthError, type SqlDriver } from "@plinth/core";
import {
  deleteSessionById,
  findRefreshToken,
  findSession,
  findSessionUsers,
  insertRefreshTokenQueries,
  insertSecurityEvent,
  type RefreshTokenRow,
  rotateRefreshTokenQueries,
  type SecurityEvent,
  type SessionRow,
  type SessionUser,
} from "@plinth/db";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { poolSettings } from "../auth.ts";
import type { Credentials } from "../credentials.ts";
import { identifySession } from "../session-identity.ts";
import { forgetSessions } from "../state.ts";
import { tokenSettings } from "../token-settings.ts";
import { type AccessToken, makeAccessToken } from "./access-token.ts";
import {
  firstSecret,
  hashOfSecret,
  nextSecret,
  type RefreshToken,
  readRefreshToken,
  refreshTokenText,
} from "./refresh-token-text.ts";

/** For so long, a token that was used up gets the same answer again. After it, it ends its session. */
const GRACE_MS = 10_000;

export interface Tokens {
  readonly access_token: string;
  readonly token_type: "Bearer";
  /** Seconds. */
  readonly expires_in: number;
  readonly expires_at: string;
  readonly refresh_token: string;
}

interface TokenContext {
  readonly engine: Engine;
  readonly driver: SqlDriver;
}

interface SessionOwner {
  readonly session: SessionRow;
  readonly user: SessionUser;
}

/** Tokens for the session of a signed token, which has just been made. */
export async function tokensOfSession(engine: Engine, driver: SqlDriver, signedToken: string): Promise<Tokens> {
  const identity = await identifySession(engine, driver, signedToken, false);
  if (!identity) throw new PlinthError("INVALID_TOKEN");
  const sessionId = identity.bearer.principal.sessionId!;
  try {
    return await startTokens(engine, driver, sessionId);
  } catch (error) {
    // Its user gets an error, and would not know of the session.
    await driver.run(deleteSessionById(driver, sessionId));
    forgetSessions(engine);
    throw error;
  }
}

/** Tokens for the caller's session. An access token cannot ask for them: it would prolong itself. */
export async function tokensOfCaller(
  { engine, driver, principal }: RequestContext,
  { bearer }: Credentials,
): Promise<Tokens> {
  if (principal.sessionId === undefined || (bearer !== null && looksLikeJwt(bearer))) {
    throw new PlinthError(
      "UNAUTHORIZED",
      "This needs the token or the cookie of a session; an access token is refreshed.",
    );
  }
  return startTokens(engine, driver, principal.sessionId);
}

/** Tokens for a session, with a new chain of refresh tokens. */
async function startTokens(engine: Engine, driver: SqlDriver, sessionId: string): Promise<Tokens> {
  const caller = await callerOf({ engine, driver }, sessionId);
  if (!caller) throw new PlinthError("INVALID_TOKEN");
  // Each act of an operator as a user is marked, which a token could not be.
  if (caller.user.impersonator !== undefined) throw new ImpersonatedError(caller.user.impersonator);
  if (caller.user.workspaceId === OPERATORS_POOL_ID) {
    throw new PlinthError("FORBIDDEN", "An operator's session has no access tokens; send its own token.");
  }
  const made = await accessTokenFor({ engine, driver }, caller);
  const now = new Date(engine.clock.now());
  const secret = firstSecret();
  const id = crypto.randomUUID();
  const row = {
    id,
    workspaceId: caller.user.workspaceId,
    userId: caller.user.id,
    sessionId,
    hash: await hashOfSecret(secret),
    previousHash: null,
    createdAt: now,
    rotatedAt: now,
  };
  await driver.batch(insertRefreshTokenQueries(driver, row, now)).catch(ended);
  return answer(made, refreshTokenText(id, secret));
}

/** A refresh token as it was sent. */
export interface SentToken {
  readonly token: string;
  /** Where the request names a pool, tokens of others are unknown. */
  readonly pool: string | undefined;
  readonly address: string | undefined;
}

/**
 * The next tokens of a chain. A token that was replaced a while ago has been copied, by the client that sends it or by the one that sent
 * it before: the session ends for both.
 */
export async function renewTokens(
  engine: Engine,
  driver: SqlDriver,
  { token, pool, address }: SentToken,
): Promise<Tokens> {
  const parts = { engine, driver };
  const given = readRefreshToken(token);
  if (!given) throw new PlinthError("INVALID_TOKEN");
  const hash = await hashOfSecret(given.secret);
  const next = await nextSecret(engine, given);
  // The second time, another request has used the token up in between.
  for (let attempt = 0; attempt < 2; attempt++) {
    const row = await findIn(driver, pool, given);
    const caller = row && (await callerOf(parts, row.sessionId));
    if (!row || !caller) throw new PlinthError("INVALID_TOKEN");
    // Throws where the workspace is archived or deleted.
    await engine.catalogs.get(driver, row.workspaceId);
    const current = row.hash === hash;
    // Another server's clock may be slightly ahead. If this clock was set back, the time for a repetition is over.
    const age = Math.abs(engine.clock.now() - row.rotatedAt.getTime());
    const repeated = row.previousHash === hash && age <= GRACE_MS;
    if (!current && !repeated) {
      const detail = { user: row.userId };
      const reuse = { type: "refresh_token_reuse", outcome: "failed", actor: null, address, detail } as const;
      await endSession(engine, driver, row, reuse);
      throw new PlinthError("INVALID_TOKEN");
    }
    // Made before the old token is used up: where it cannot be made, the caller may come again with the same one.
    const made = await accessTokenFor(parts, caller);
    if (current && !(await rotate(parts, caller, row, await hashOfSecret(next)))) continue;
    return answer(made, refreshTokenText(given.id, next));
  }
  throw new PlinthError("INVALID_TOKEN");
}

async function findIn(
  driver: SqlDriver,
  pool: string | undefined,
  { id }: RefreshToken,
): Promise<RefreshTokenRow | undefined> {
  const row = await findRefreshToken(driver, id);
  return pool === undefined || row?.workspaceId === pool ? row : undefined;
}

/** False: another request was faster, or the session has ended. */
async function rotate(
  { engine, driver }: TokenContext,
  { session }: SessionOwner,
  row: RefreshTokenRow,
  next: string,
): Promise<boolean> {
  const now = engine.clock.now();
  const lifetime = lifetimeOf(await poolSettings(engine, driver, row.workspaceId));
  const queries = rotateRefreshTokenQueries(driver, {
    id: row.id,
    sessionId: row.sessionId,
    hash: row.hash,
    next,
    at: new Date(now),
    // A refresh is a use of the session.
    expiresAt: lifetime.isDue(session, now)
      ? lifetime.end(session.createdAt, new Date(now + lifetime.idleMs))
      : undefined,
  });
  try {
    await driver.batch(queries);
    return true;
  } catch (error) {
    if (error instanceof DataError && error.kind === "guard") return false;
    throw error;
  }
}

/** Deletes the session, with the event that says why, and so all tokens of it. */
async function endSession(
  engine: Engine,
  driver: SqlDriver,
  { sessionId, workspaceId }: RefreshTokenRow,
  event: Omit<SecurityEvent, "workspaceId" | "at" | "target">,
): Promise<void> {
  const at = engine.clock.now();
  const ended = insertSecurityEvent(driver, { workspaceId, at, target: `session:${sessionId}`, ...event });
  try {
    await driver.batch([deleteSessionById(driver, sessionId), ended]);
  } finally {
    forgetSessions(engine);
  }
}

async function callerOf({ engine, driver }: TokenContext, sessionId: string): Promise<SessionOwner | undefined> {
  const now = engine.clock.now();
  const found = await findSession(driver, sessionId, now);
  const [user] = found ? await findSessionUsers(driver, [sessionId], now) : [];
  if (!found || !user) return undefined;
  // The limit may have become shorter since the session was made.
  const lifetime = lifetimeOf(await poolSettings(engine, driver, user.workspaceId));
  const session = { ...found, expiresAt: lifetime.end(found.createdAt, found.expiresAt) };
  return session.expiresAt.getTime() <= now ? undefined : { session, user };
}

async function accessTokenFor({ engine, driver }: TokenContext, caller: SessionOwner): Promise<AccessToken> {
  const settings = await tokenSettings(engine, driver, caller.user.workspaceId);
  return makeAccessToken(engine, driver, caller, settings);
}

function answer({ token, seconds, expiresAt }: AccessToken, refresh_token: string): Tokens {
  return {
    access_token: token,
    token_type: "Bearer",
    expires_in: seconds,
    expires_at: expiresAt.toISOString(),
    refresh_token,
  };
}

function ended(error: unknown): never {
  throw error instanceof DataError && error.kind === "guard" ? new PlinthError("INVALID_TOKEN") : error;
}

/** Ends the session of a refresh token that is valid, or was replaced just now. Nothing happens for any other. */
export async function revokeTokens(
  engine: Engine,
  driver: SqlDriver,
  { token, pool }: Omit<SentToken, "address">,
): Promise<void> {
  const given = readRefreshToken(token);
  const row = given && (await findIn(driver, pool, given));
  const hash = given && (await hashOfSecret(given.secret));
  if (!row || (row.hash !== hash && row.previousHash !== hash)) return;
  await endSession(engine, driver, row, { type: "sign_out", actor: `user:${row.userId}` });
}
