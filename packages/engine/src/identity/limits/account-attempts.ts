import type { CountedAttempt, ProofAttempt } from "@plinth/auth";
import { limitDetails, PlinthError, type SqlDriver, type SqlQuery } from "@plinth/core";
import { findDeviceOfUser, findUser } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { knownDevices } from "./device-cookie.ts";
import { attemptGuard, attemptsBy, attemptsOn, sharedLimiter, tooManyAttempts, tooManyCodes } from "./index.ts";
import { ownCountOf } from "./own-count.ts";

interface Attempt {
  readonly workspaceId: string;
  /** In lower case. */
  readonly email: string;
  readonly address: string | undefined;
  /** Of a browser that has signed in before, to this account or others. */
  readonly devices: readonly string[];
}

/** An attempt to sign in, which may be tried. */
export interface SignInAttempt extends CountedAttempt {
  /** What a wrong password is answered with, where attempts from elsewhere are refused. */
  readonly refusal?: PlinthError;
}

const NOT_COUNTED: SignInAttempt = { succeeded: async () => {}, notTried: async () => {} };

/**
 * Counts an attempt on an account before its password is hashed, whether or not there is such an account; throws where it
 * has to wait. An attacker cannot lock the owner out: a browser that has signed in before has a count of its own, and
 * so has an address from which the account is signed in; a sign-in by mail is bound by neither. Others at that address
 * must not learn that there is the account, so wrong passwords are refused there as everywhere.
 */
export async function countAttempt(engine: Engine, driver: SqlDriver, attempt: Attempt): Promise<SignInAttempt> {
  if (engine.config.authRateLimit === 0) return NOT_COUNTED;
  const { workspaceId, email } = attempt;
  const guard = attemptGuard(engine);
  const everywhere = attemptsOn(workspaceId, email);
  const wait = await guard.attempt(driver, everywhere);
  if (wait === null) return countedAttempt(engine, driver, everywhere);
  const from = await ownCountOf(engine, driver, { ...attempt, contact: email });
  if (from === undefined) throw tooManyAttempts(wait);
  const here = attemptsOn(workspaceId, email, from.count);
  const ownWait = await guard.attempt(driver, here);
  if (ownWait !== null) throw tooManyAttempts(from.isSecret ? ownWait : wait);
  // The others still guess, so their count stays.
  const counted = countedAttempt(engine, driver, here);
  return from.isSecret ? counted : { ...counted, refusal: tooManyAttempts(wait) };
}

function countedAttempt(engine: Engine, driver: SqlDriver, key: string): CountedAttempt {
  const guard = attemptGuard(engine);
  return { succeeded: () => guard.succeeded(driver, [key]), notTried: () => guard.takeBack(driver, key) };
}

/** Routes that take a six-digit code, which is easy to guess without a limit: counted even without `AUTH_RATE_LIMIT`. */
const CODES: ReadonlySet<string> = new Set(["/step-up", "/two-factor/verify-totp", "/two-factor/verify-backup-code"]);

type PoolOf<T> = T & { readonly workspaceId: string };

/**
 * Counts an attempt of a user to prove a secret at one route, such as a step-up or the code of a second factor; throws where it
 * has to wait. Whoever knows the password cannot lock the owner out: a browser that has signed in before has a count of its own.
 */
export async function countProofAttempt(
  engine: Engine,
  driver: SqlDriver,
  attempt: PoolOf<ProofAttempt>,
): Promise<CountedAttempt> {
  const { workspaceId, userId, path } = attempt;
  if (engine.config.authRateLimit === 0 && !CODES.has(path)) return NOT_COUNTED;
  const guard = attemptGuard(engine);
  const everywhere = attemptsBy(workspaceId, userId, path);
  const wait = await guard.attempt(driver, everywhere);
  if (wait === null) return countedAttempt(engine, driver, everywhere);
  const device = await deviceOfUser(engine, driver, attempt);
  if (device === undefined) throw tooManyProofs(path, wait);
  const here = attemptsBy(workspaceId, userId, path, device);
  const ownWait = await guard.attempt(driver, here);
  if (ownWait !== null) throw tooManyProofs(path, ownWait);
  return countedAttempt(engine, driver, here);
}

function tooManyProofs(path: string, seconds: number): PlinthError {
  return CODES.has(path) ? tooManyCodes(seconds) : new PlinthError("RATE_LIMITED", undefined, { retry_after: seconds });
}

/** How many sign-ins of one account may wait for a second factor: those of a known browser, and all others. */
const CHALLENGES = { name: "challenges", max: 50, windowMs: 10 * 60_000 } as const;

/** Counts a sign-in that will wait for a second factor; throws if its account has too many of these. */
export async function countChallenge(
  engine: Engine,
  driver: SqlDriver,
  challenge: PoolOf<Pick<ProofAttempt, "userId" | "headers">>,
): Promise<void> {
  if (engine.config.authRateLimit === 0) return;
  const { workspaceId, userId } = challenge;
  const take = (...from: string[]) =>
    sharedLimiter(engine).take(driver, CHALLENGES, JSON.stringify([workspaceId, userId, ...from]));
  const everywhere = await take();
  if (everywhere.allowed) return;
  const device = await deviceOfUser(engine, driver, challenge);
  const here = device === undefined ? everywhere : await take(device);
  if (!here.allowed) throw new PlinthError("RATE_LIMITED", undefined, limitDetails(here));
}

/** The id of a browser in which the user has signed in before. */
async function deviceOfUser(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, userId, headers }: PoolOf<Pick<ProofAttempt, "userId" | "headers">>,
): Promise<string | undefined> {
  return findDeviceOfUser(driver, userId, await knownDevices(engine, workspaceId, headers.get("cookie")));
}

/** Attempts on an account begin anew: its owner has chosen another password by a mail. */
export async function forgetAttempts(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, userId }: { readonly workspaceId: string; readonly userId: string },
): Promise<SqlQuery[]> {
  const user = await findUser(driver, workspaceId, userId);
  return user && user.email !== null
    ? [await attemptGuard(engine).forget(driver, [attemptsOn(workspaceId, user.email)])]
    : [];
}
