import type { Alarm, Clock, Log, SqlDriver } from "@plinth/core";
import type { Engine } from "./engine.ts";
import type { Schedule } from "./scheduler.ts";

/** When a schedule next has something to do. */
export interface NextRun {
  /** Milliseconds since the epoch; it may have passed. Undefined: no time is known. */
  readonly at?: number | undefined;
  /** It reads changes of items, which no time announces. */
  readonly followsChanges?: boolean;
}

/** Longer than the lease of a job: by then the leases of a run that was cut short have ended. */
const GUARD_MS = 65_000;
/** What a run has left although it was due is not tried again at once. */
const OVERDUE_MS = 1000;
/** For what a run had no time for, or has made. */
const UNFINISHED_MS = 250;
const FAILED_MS = 30_000;
/** An alarm so near may ring before the write that needs it is seen. */
const NEAR_MS = 500;

/** Sets the host's alarm for what schedules have to do. That it cannot be set is logged: the host's timer finds the work later. */
export class AlarmClock {
  /** Whether they follow changes, as they have said last. */
  readonly #follows = new Map<Schedule, boolean>();
  /** The time of the alarm that was set for changes last. */
  #changesAt = 0;

  constructor(
    private readonly alarm: Alarm,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** What begins now may be cut short: somebody looks for it afterwards. */
  guard(): Promise<void> {
    return this.#set(this.clock.now() + GUARD_MS);
  }

  /** Items may have changed: those that follow changes and do not run now do so at their time. One alarm is for all of them. */
  forChanges(
    schedules: readonly Schedule[],
    laterAt: (schedule: Schedule) => number | undefined,
  ): Promise<void> | undefined {
    // One that has not said it yet may: a process often begins with the first change after a long time.
    const follows = (schedule: Schedule): boolean => this.#follows.get(schedule) ?? schedule.next !== undefined;
    const times = schedules.flatMap((schedule) => (follows(schedule) ? (laterAt(schedule) ?? []) : []));
    if (times.length === 0) return undefined;
    const at = Math.min(...times);
    if (at === this.#changesAt && at - this.clock.now() > NEAR_MS) return undefined;
    this.#changesAt = at;
    return this.#set(at);
  }

  /** After a run. `unfinished`: those that have more to do at once. */
  async setNext(
    schedules: readonly Schedule[],
    engine: Engine,
    driver: SqlDriver,
    unfinished: ReadonlySet<Schedule>,
  ): Promise<void> {
    const times = await Promise.all(
      schedules.map(async (schedule) => {
        if (!schedule.next) return undefined;
        const at = await this.#next(schedule, engine, driver);
        const now = this.clock.now();
        if (unfinished.has(schedule)) return now + UNFINISHED_MS;
        return at !== undefined && at <= now ? now + OVERDUE_MS : at;
      }),
    );
    const known = times.filter((time) => time !== undefined);
    if (known.length > 0) await this.#set(Math.min(...known));
  }

  async #next(schedule: Schedule, engine: Engine, driver: SqlDriver): Promise<number | undefined> {
    try {
      const { at, followsChanges = false } = await schedule.next!(engine, driver);
      this.#follows.set(schedule, followsChanges);
      return at;
    } catch (error) {
      const about = { schedule: schedule.name, error: String(error) };
      this.log.warn("it is not known when a schedule next has something to do; it is tried again", about);
      return this.clock.now() + FAILED_MS;
    }
  }

  async #set(at: number): Promise<void> {
    try {
      await this.alarm.setBy(at);
    } catch (error) {
      this.log.warn("the alarm could not be set; what is due waits for a write or the host's timer", {
        error: String(error),
      });
    }
  }
}
