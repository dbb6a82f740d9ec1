import { type Clock, elapsed, PlinthError, type SqlDriver, type SqlQuery, sha256Hex } from "@plinth/core";
import { type AttemptCount, deleteAttempts, findAttempts, replaceAttempts } from "@plinth/db";
import { Lru } from "../../kernel/lru.ts";

/** Attempts without a wait. Documented in docs/identity.md, as the rest is. */
const FREE = 5;
/** The wait after the last of them; each further attempt doubles it. */
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** After so long without an attempt they begin anew. */
const FORGET_MS = 24 * 3_600_000;
const MAX_KEYS = 20_000;
/** For so long a server relies on a wait that it knows, before it asks whether a success or a reset has ended it. */
const FRESH_MS = 1000;
/** Servers that count the same attempts at the same time: one of them wins each round. */
const MAX_ROUNDS = 5;

/**
 * Counts attempts on one secret before each is tried, on all servers together: of many at once, no more than the limit
 * reaches the hash. Between further ones lies a wait that grows. A success forgets them.
 */
export class AttemptGuard {
  /** Until when the next attempt has to wait, and when that was read. */
  readonly #waits = new Lru<string, { readonly until: number; readonly readAt: number }>(MAX_KEYS);
  readonly #counting = new Map<string, Promise<unknown>>();

  constructor(private readonly clock: Clock) {}

  /** Seconds to wait, or null: the attempt counts, and may be tried. */
  async attempt(driver: SqlDriver, key: string): Promise<number | null> {
    const known = this.#waitOf(key);
    if (known !== null) return known;
    const id = await sha256Hex(key);
    if (driver.lifetime === "request") return this.#count(driver, key, id);
    const before = this.#counting.get(key) ?? Promise.resolve();
    const mine = before.then(() => this.#waitOf(key) ?? this.#count(driver, key, id));
    const settled = mine.catch(() => {});
    this.#counting.set(key, settled);
    void settled.then(() => {
      if (this.#counting.get(key) === settled) this.#counting.delete(key);
    });
    return mine;
  }

  async succeeded(driver: SqlDriver, keys: readonly string[]): Promise<void> {
    await driver.run(await this.forget(driver, keys));
  }

  /** Removes a counted attempt that was not tried. No attempt is admitted during a wait, so none is left. */
  async takeBack(driver: SqlDriver, key: string): Promise<void> {
    this.#waits.delete(key);
    const id = await sha256Hex(key);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = await findAttempts(driver, id);
      if (!before || before.count === 0) return;
      const after = { ...before, count: before.count - 1, blockedUntil: 0 };
      if (await replaceAttempts(driver, id, before, after)) return;
    }
  }

  /** The statement by which attempts begin anew, on other servers within a second. */
  async forget(driver: SqlDriver, keys: readonly string[]): Promise<SqlQuery> {
    for (const key of keys) this.#waits.delete(key);
    return deleteAttempts(driver, await Promise.all(keys.map(sha256Hex)));
  }

  #waitOf(key: string): number | null {
    const known = this.#waits.get(key);
    if (!known || elapsed(this.clock.now(), known.readAt) >= FRESH_MS) return null;
    return this.#secondsUntil(known.until);
  }

  #secondsUntil(until: number): number | null {
    const ms = until - this.clock.now();
    // If the clock was set back, a wait must not last longer.
    return ms > 0 && ms <= LONGEST_WAIT_MS ? Math.ceil(ms / 1000) : null;
  }

  async #count(driver: SqlDriver, key: string, id: string): Promise<number | null> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = await findAttempts(driver, id);
      const wait = before ? this.#secondsUntil(before.blockedUntil) : null;
      if (wait !== null) {
        this.#remember(key, before!.blockedUntil);
        return wait;
      }
      const after = this.#after(before);
      if (!(await replaceAttempts(driver, id, before, after))) continue;
      if (after.blockedUntil > 0) this.#remember(key, after.blockedUntil);
      return null;
    }
    return FIRST_WAIT_MS / 1000;
  }

  #remember(key: string, until: number): void {
    this.#waits.set(key, { until, readAt: this.clock.now() });
  }

  #after(before: AttemptCount | undefined): AttemptCount {
    const now = this.clock.now();
    const count = (before && before.endsAt > now ? before.count : 0) + 1;
    const wait = count < FREE ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(20, count - FREE));
    return { count, blockedUntil: wait === 0 ? 0 : now + wait, endsAt: now + FORGET_MS };
  }
}

/** The count of a user's secret at a route, and `from` one browser. */
export function attemptsBy(pool: string, userId: string, path: string, from?: string): string {
  return JSON.stringify(["attempts by", pool, userId, path, ...(from === undefined ? [] : [from])]);
}

/** Whose attempts: of an account in its pool, whether or not there is one. */
export function attemptsOn(pool: string, email: string, from?: string): string {
  return JSON.stringify(["attempts", pool, email, from ?? null]);
}

export function tooManyAttempts(seconds: number): PlinthError {
  const message =
    "Too many attempts on this account. Wait, or sign in by mail, or in a browser in which you have signed in before.";
  return new PlinthError("RATE_LIMITED", message, { field: "email", retry_after: seconds });
}

export function tooManyCodes(seconds: number): PlinthError {
  const message =
    "Too many wrong codes for this account. Wait, sign in with a passkey, or use a browser in which you have signed in before.";
  return new PlinthError("RATE_LIMITED", message, { field: "code", retry_after: seconds });
}
