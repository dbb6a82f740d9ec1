import { type Awaitable, type Clock, elapsed, type SqlDriver } from "@plinth/core";
import { FIRST_IDENTITY_CHANGE, type IdentityChangeKind, readIdentityChanges } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";

/** How long what was read counts as current; with the read itself, changes are known within two seconds. */
const FRESH_MS = 1000;
/** How long the database keeps a change: longer than any token that it could concern lives. */
export const IDENTITY_CHANGES_KEPT_MS = 2 * 3_600_000;
/** Changes that one read takes, and that one process remembers. Beyond that, each token is checked in the database. */
const MAX_READ = 20_000;
const MAX_REMEMBERED = 100_000;

/**
 * What has happened to sessions, users and keys lately: one small read a second for all tokens of a process, instead of
 * one for each. The database's triggers write it, so nothing that ends a session can leave it out.
 */
export class IdentityChanges {
  readonly #known = new Map<string, { readonly seq: number; readonly readAt: number }>();
  #start = FIRST_IDENTITY_CHANGE;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #readAt = Number.NEGATIVE_INFINITY;
  #loading: Promise<this> | undefined;
  /** Counts the times at which this process made a change itself: a read that began before one may have missed it. */
  #own = 0;
  #incompleteUntil = Number.NEGATIVE_INFINITY;
  /** Increases with every change that was read. */
  version = 0;
  /** The same for changes of keys and issuers. */
  keysVersion = 0;

  constructor(private readonly clock: Clock) {}

  /** With all changes up to about a second ago. Synchronous while that is so. */
  current(driver: SqlDriver): Awaitable<this> {
    if (this.isFresh(this.clock.now())) return this;
    // Where I/O belongs to one request, others must not wait for it: the host may cancel it with its request.
    if (driver.lifetime === "request" || driver.capabilities.remote) return this.#read(driver);
    this.#loading ??= this.#read(driver).finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  isFresh(now: number): boolean {
    return elapsed(now, this.#checkedAt) < FRESH_MS;
  }

  /** After a change by this process. */
  expire(): void {
    this.#own++;
    this.#checkedAt = Number.NEGATIVE_INFINITY;
    this.#loading = undefined;
  }

  /** The newest change of a subject, if there was one lately. */
  last(kind: IdentityChangeKind, subject: string): number | undefined {
    return this.#known.get(`${kind} ${subject}`)?.seq;
  }

  /** False: there were too many changes to know them all. */
  isComplete(now: number): boolean {
    return now >= this.#incompleteUntil;
  }

  async #read(driver: SqlDriver): Promise<this> {
    const own = this.#own;
    const began = this.clock.now();
    // The database may have forgotten changes that were not read, so nothing that was derived before may be used.
    if (elapsed(began, this.#readAt) > IDENTITY_CHANGES_KEPT_MS / 2) this.#restart();
    const { changes, next } = await readIdentityChanges(driver, this.#start, MAX_READ);
    this.#forget(began);
    for (const { kind, subject, seq } of changes) {
      const key = `${kind} ${subject}`;
      if (seq <= (this.#known.get(key)?.seq ?? 0)) continue;
      this.#known.delete(key);
      this.#known.set(key, { seq, readAt: began });
      this.version++;
      if (kind === "keys" || kind === "issuers") this.keysVersion++;
    }
    if (changes.length >= MAX_READ || this.#known.size > MAX_REMEMBERED) {
      this.#incompleteUntil = began + IDENTITY_CHANGES_KEPT_MS;
      this.version++;
    }
    this.#start = next;
    this.#readAt = began;
    if (own === this.#own) this.#checkedAt = began;
    return this;
  }

  #restart(): void {
    this.#start = FIRST_IDENTITY_CHANGE;
    this.version++;
    this.keysVersion++;
  }

  #forget(now: number): void {
    for (const [key, { readAt }] of this.#known) {
      if (now - readAt <= IDENTITY_CHANGES_KEPT_MS && this.#known.size <= MAX_REMEMBERED) break;
      this.#known.delete(key);
    }
  }
}

export const recentChanges = service("identity changes", ({ clock }: Engine) => new IdentityChanges(clock));
