import type { SqlDriver } from "@plinth/core";
import { ensureTriggers, trimChanges } from "@plinth/db";
import type { Engine } from "../kernel/engine.ts";

/** Changes that are taken away at once: a few milliseconds of work. */
const SLICE = 1000;
/** Slices that one request does, in this time at most: the statements of one are counted on some hosts. */
const SLICES = 8;
const ALLOWANCE_MS = 1000;
const EVERY_MS = 60_000;
const SOON_MS = 250;
/** How often a lasting process looks, more or less: instances are often started together. */
const LOOK_MS = 30_000;
const HOUR_MS = 3_600_000;

interface State {
  /** When the next write trims. */
  due: number;
  /** A lasting process trims by itself. */
  kept: boolean;
}

const states = new WeakMap<Engine, State>();
const underWay = new WeakMap<SqlDriver, Promise<void>>();

function stateOf(engine: Engine): State {
  let state = states.get(engine);
  if (!state) {
    // The first comes at a random moment of the first minute, as instances are often started together.
    state = { due: engine.clock.now() + Math.random() * EVERY_MS, kept: false };
    states.set(engine, state);
  }
  return state;
}

/**
 * Trims the log when it is time to, after a write, by as much as a request may do; undefined when it is not time, or
 * where the process does so by itself. Who closes the driver waits for `trimming`.
 */
export function trimWhenDue(engine: Engine, driver: SqlDriver): Promise<void> | undefined {
  const state = stateOf(engine);
  if (state.kept) return undefined;
  const now = engine.clock.now();
  // A clock that was set back must not put it off for ever.
  if (now < state.due && state.due - now <= EVERY_MS) return undefined;
  state.due = now + EVERY_MS;
  const work = trimSome(engine, driver, state);
  underWay.set(driver, work);
  return work;
}

/** What is under way after a write over this connection. Never fails. */
export function trimming(driver: SqlDriver): Promise<void> | undefined {
  return underWay.get(driver);
}

async function trimSome(engine: Engine, driver: SqlDriver, state: State): Promise<void> {
  const began = performance.now();
  await mendTriggers(engine, driver);
  let more = true;
  for (let slices = 0; more && slices < SLICES && performance.now() - began < ALLOWANCE_MS; slices++) {
    more = await trimSlice(engine, driver);
  }
  if (more) state.due = engine.clock.now() + SOON_MS;
}

/** An instance of an older version may have made or changed a collection since this one started. Never fails. */
async function mendTriggers(engine: Engine, driver: SqlDriver): Promise<void> {
  try {
    const tables = await ensureTriggers(driver);
    if (tables.length > 0) engine.log.info("triggers of the change log replaced", { tables });
  } catch (error) {
    engine.log.warn("triggers of the change log could not be looked at", { error: String(error) });
  }
}

/** Takes a slice away where one is due; whether there is more. Never fails. */
async function trimSlice(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const { changesKeepHours, changesKeepRows } = engine.config;
  try {
    const before = engine.clock.now() - changesKeepHours * HOUR_MS;
    return (await trimChanges(driver, { before, rows: changesKeepRows, pass: SLICE })).more;
  } catch (error) {
    engine.log.warn("the change log could not be trimmed", { error: String(error) });
    return false;
  }
}

export interface LogKeeper {
  /** Ends after the slice that is under way. */
  stop(): Promise<void>;
}

/** Resolves after a while, or when the signal aborts. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Keeps the log within its bounds for as long as the process lasts, whether anybody writes or not: at the start, and then
 * again and again until nothing is due. Between two slices the process and the database are free for as long as one took.
 */
export function keepTrimmed(engine: Engine, driver: SqlDriver, pause: Pause = unheldPause): LogKeeper {
  const state = stateOf(engine);
  const ending = new AbortController();
  const { signal } = ending;
  const run = async (): Promise<void> => {
    let more = false;
    while (!signal.aborted) {
      const began = performance.now();
      if (!more) await mendTriggers(engine, driver);
      more = await trimSlice(engine, driver);
      if (signal.aborted) break;
      await pause(more ? performance.now() - began : LOOK_MS * (0.75 + Math.random() / 2), signal);
    }
  };
  state.kept = true;
  const done = run();
  return {
    async stop() {
      state.kept = false;
      ending.abort();
      await done;
    },
  };
}

const unheldPause: Pause = (ms, signal) =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    // To keep a log is no reason for a process to stay.
    (timer as { unref?(): void }).unref?.();
    signal.addEventListener("abort", end);
  });
