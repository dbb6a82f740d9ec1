import { type Change, type ChangeLog, type LogPosition, PlinthError, type SqlDriver, uuidv7 } from "@plinth/core";
import { advanceConsumer, type ConsumerLease, claimConsumer, releaseConsumer, renewConsumer } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";
import { logReader } from "./reader.ts";
import { type Sleeper, sleeper } from "./sleeper.ts";
import { wakeupListener } from "./wakeup-listeners.ts";

export interface ConsumerOptions {
  /** The cursor's name within the workspace. */
  readonly name: string;
  readonly workspaceId: string;
  /** The start position of a new consumer: after all current changes, or at the oldest retained one. */
  readonly from: "now" | "oldest";
  readonly collectionIds?: readonly string[];
  /** Maximum number of changes for one handler call. */
  readonly limit?: number;
  /** How many pages with changes `drainChanges` handles at most, by default all that there are, and how many it reads to find them. */
  readonly maxPages?: number;
  readonly maxReads?: number;
  /** How long other readers wait for a reader that died. */
  readonly leaseMs?: number;
  /** The log was trimmed before it was read. The consumer continues from the oldest retained change. */
  onGap?(): void | Promise<void>;
}

/** If it throws, the same changes are delivered again later. `signal` aborts when another reader takes over. */
export type ChangeHandler = (changes: readonly Change[], context: { signal: AbortSignal }) => void | Promise<void>;

export interface Consumer {
  /** Stops after the handler's current call, and lets another reader take over at once. */
  stop(): Promise<void>;
}

const LIMIT = 100;
const LEASE_MS = 15_000;
const MAX_PAUSE_MS = 30_000;
const POLL_MS = 1000;

/**
 * Reads a workspace's changes with a durable cursor: each at least once, in the log's order, by one reader at a time of
 * all that use the same name on any replica.
 *
 * @example
 * const consumer = consume(engine, driver, { name: "webhooks", workspaceId, from: "now" }, async (changes) => send(changes));
 */
export function consume(engine: Engine, driver: SqlDriver, options: ConsumerOptions, handler: ChangeHandler): Consumer {
  const { workspaceId, name } = options;
  const sleep = sleeper();
  const run = async (): Promise<void> => {
    // Without wake-ups the loop still polls.
    const end = await wakeupListener(engine, driver)
      .wakeups(workspaceId, sleep.wake)
      .catch(() => () => {});
    for (let failures = 0; !sleep.ended; ) {
      try {
        const drained = await hold(engine, driver, options, handler, sleep);
        failures = 0;
        if (drained === "held") await sleep.quietFor((options.leaseMs ?? LEASE_MS) / 3);
      } catch (error) {
        engine.log.warn("a consumer of the change log failed and will try again", { name, error });
        await sleep.quietFor(Math.min(MAX_PAUSE_MS, 100 * 2 ** failures++));
      }
    }
    end();
  };
  const done = run();
  return {
    async stop() {
      sleep.end();
      await done;
    },
  };
}

/** `more`: there may be further changes behind `maxPages` or `maxReads`. `held`: another reader has the cursor. */
export type Drained = "all" | "more" | "held";

/** Handles all current changes, or as many as the limits let it, and stops. */
export function drainChanges(
  engine: Engine,
  driver: SqlDriver,
  options: ConsumerOptions,
  handler: ChangeHandler,
): Promise<Drained> {
  return hold(engine, driver, options, handler);
}

/** Reads while it has the cursor: to the end of the log, or until `sleep` has ended. */
async function hold(
  engine: Engine,
  driver: SqlDriver,
  options: ConsumerOptions,
  handler: ChangeHandler,
  sleep?: Sleeper,
): Promise<Drained> {
  const { name, workspaceId, from, maxPages = Infinity, maxReads = Infinity, leaseMs = LEASE_MS } = options;
  const reader = logReader(engine, driver);
  const lease: ConsumerLease = { workspaceId, name, holder: uuidv7(engine.clock.now()), leaseMs };
  const first = from === "now" ? await reader.head(workspaceId) : await reader.start();
  let position = await claimConsumer(driver, lease, first);
  if (position === undefined) return "held";
  let renewed = performance.now();
  let saved = position;
  try {
    for (let pages = 0, reads = 1; !sleep?.ended; reads++) {
      const page = await readOn(reader, options, position);
      // A page without relevant changes costs one read, and no work.
      if (page.changes.length > 0) pages++;
      if (page.changes.length > 0) await handle(driver, lease, page.changes, handler);
      position = page.next;
      // Skipping irrelevant changes is not worth a write of the position. The lease renewal stores it anyway.
      const due = performance.now() - renewed > leaseMs / 3;
      const last = !sleep && (!page.more || pages >= maxPages || reads >= maxReads);
      if (page.changes.length > 0 || due || (last && position !== saved)) {
        if (!(await advanceConsumer(driver, lease, position))) return "held";
        renewed = performance.now();
        saved = position;
      }
      if (last) return page.more ? "more" : "all";
      if (page.more) continue;
      await sleep?.for(Math.min(POLL_MS, leaseMs / 3));
    }
    return "all";
  } finally {
    await releaseConsumer(driver, lease).catch(() => {});
  }
}

async function readOn(reader: ChangeLog, options: ConsumerOptions, position: LogPosition) {
  const { workspaceId, limit = LIMIT, collectionIds } = options;
  const query = { limit, ...(collectionIds && { collectionIds }) };
  try {
    return await reader.read(workspaceId, position, query);
  } catch (error) {
    if (!(error instanceof PlinthError) || error.code !== "GONE") throw error;
    await options.onGap?.();
    return reader.read(workspaceId, await reader.start(), query);
  }
}

async function handle(
  driver: SqlDriver,
  lease: ConsumerLease,
  changes: readonly Change[],
  handler: ChangeHandler,
): Promise<void> {
  const lost = new AbortController();
  const renew = async (): Promise<void> => {
    const held = await renewConsumer(driver, lease).catch(() => true);
    if (!held) lost.abort();
  };
  const timer = setInterval(() => void renew(), lease.leaseMs / 3);
  try {
    await handler(changes, { signal: lost.signal });
  } finally {
    clearInterval(timer);
  }
}
