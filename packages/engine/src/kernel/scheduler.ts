import type { Clock, Log, SqlDriver } from "@plinth/core";
import type { Engine } from "./engine.ts";

/** Work that comes back, in slices of some milliseconds. Several processes may do it at once. */
export interface Schedule {
  readonly name: string;
  /** Milliseconds from one run to the next where all is done. */
  readonly everyMs: number;
  /** Does one slice; true where more is due. May fail: the next run tries again. */
  run(engine: Engine, driver: SqlDriver): Promise<boolean>;
}

/** What one request or one tick does for a schedule: the statements of a request are counted on some hosts. */
const SLICES = 8;
const ALLOWANCE_MS = 1000;
/** A schedule that was cut short goes on this long after. */
const SOON_MS = 250;
const LONGEST_MS = 3_600_000;
/** A host may cut a request off with its tick. */
const LONGEST_TICK_MS = 30_000;

export interface Running {
  /** Ends after what is under way. */
  stop(): Promise<void>;
}

/** Resolves after a while, or when the signal aborts. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Runs schedules: for as long as the process lasts where it lasts, and in a tick where it does not: after a write, or
 * when the host's own timer calls.
 */
export class Scheduler {
  /** When a tick runs each of the schedules. The first time is random, as instances are often started together. */
  readonly #due = new Map<Schedule, number>();
  readonly #underWay = new WeakMap<SqlDriver, Promise<void>>();
  #lasting = false;
  #busyUntil = 0;

  constructor(
    private readonly schedules: readonly Schedule[],
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    for (const schedule of schedules) this.#due.set(schedule, clock.now() + Math.random() * schedule.everyMs);
  }

  /** Runs what is due, as much as a request may; undefined where nothing is, or where the process does so by itself. */
  tickWhenDue(engine: Engine, driver: SqlDriver): Promise<void> | undefined {
    if (this.#lasting) return undefined;
    const now = this.clock.now();
    const due = this.schedules.filter((schedule) => {
      const at = this.#due.get(schedule)!;
      // A clock that was set back must not put it off for ever.
      return now >= at || at - now > schedule.everyMs;
    });
    return due.length === 0 ? undefined : this.#run(due, engine, driver);
  }

  /**
   * Runs every schedule now, as much as a request may: for the timers of hosts that keep no process. One at a time: whoever
   * asks meanwhile is not made to wait. Never fails.
   */
  async tick(engine: Engine, driver: SqlDriver): Promise<void> {
    const now = this.clock.now();
    if (this.#busyUntil - now > 0 && this.#busyUntil - now <= LONGEST_TICK_MS) return;
    this.#busyUntil = now + LONGEST_TICK_MS;
    await this.#run(this.schedules, engine, driver);
    this.#busyUntil = 0;
  }

  /** What a tick over this connection has under way: who closes it waits. Never fails. */
  underWay(driver: SqlDriver): Promise<void> | undefined {
    return this.#underWay.get(driver);
  }

  /** Runs each schedule again and again until `stop`, whether anybody writes or not, first at once. */
  start(engine: Engine, driver: SqlDriver, pause: Pause = unheldPause): Running {
    const ending = new AbortController();
    this.#lasting = true;
    const done = Promise.all(
      this.schedules.map((schedule) => this.#keep(schedule, engine, driver, pause, ending.signal)),
    );
    return {
      stop: async () => {
        this.#lasting = false;
        ending.abort();
        await done;
      },
    };
  }

  #run(schedules: readonly Schedule[], engine: Engine, driver: SqlDriver): Promise<void> {
    for (const schedule of schedules) this.#due.set(schedule, this.clock.now() + schedule.everyMs);
    const work = this.#slices(schedules, engine, driver);
    this.#underWay.set(driver, work);
    return work;
  }

  async #slices(schedules: readonly Schedule[], engine: Engine, driver: SqlDriver): Promise<void> {
    for (const schedule of schedules) {
      const began = performance.now();
      let more = true;
      for (let slices = 0; more && slices < SLICES && performance.now() - began < ALLOWANCE_MS; slices++) {
        more = await this.#slice(schedule, engine, driver);
      }
      if (more) this.#due.set(schedule, this.clock.now() + SOON_MS);
    }
  }

  /** Between two slices the process and the database are free for as long as one took. */
  async #keep(schedule: Schedule, engine: Engine, driver: SqlDriver, pause: Pause, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now();
      const more = await this.#slice(schedule, engine, driver);
      if (signal.aborted) break;
      const rest = Math.min(LONGEST_MS, schedule.everyMs) * (0.75 + Math.random() / 2);
      await pause(more ? performance.now() - began : rest, signal);
    }
  }

  async #slice(schedule: Schedule, engine: Engine, driver: SqlDriver): Promise<boolean> {
    try {
      return await schedule.run(engine, driver);
    } catch (error) {
      this.log.warn("a schedule failed and will try again", { schedule: schedule.name, error: String(error) });
      return false;
    }
  }
}

/** Scheduled work is no reason for a process to stay. */
const unheldPause: Pause = (ms, signal) =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    (timer as { unref?(): void }).unref?.();
    signal.addEventListener("abort", end);
  });
