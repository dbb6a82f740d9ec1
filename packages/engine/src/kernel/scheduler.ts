import type { Clock, Log, SqlDriver } from "@plinth/core";
import type { AlarmClock, NextRun } from "./alarm-clock.ts";
import type { Engine } from "./engine.ts";

/** Recurring work in slices of some milliseconds. Several processes may run it at once. */
export interface Schedule {
  readonly name: string;
  /** Milliseconds between runs when all work is done. */
  readonly everyMs: number;
  /** Runs one slice. True: more work remains. May fail: the next run tries again. */
  run(engine: Engine, driver: SqlDriver): Promise<boolean>;
  /**
   * Whether the time of a run tells what there was to do, which strangers must not learn. Where answers wait for ticks, only a
   * request that wakes it runs it, and waits equally long whatever there is to do. Absent: it tells nothing.
   */
  tells?(engine: Engine): boolean;
  /**
   * When it next has something to do, by what the database holds: where the host has an alarm, it is asked after each run. Absent:
   * writes and the timer of the host are soon enough.
   */
  next?(engine: Engine, driver: SqlDriver): Promise<NextRun>;
  /** Waits a short while for what its slices have begun and not awaited, at the end of a process that lasts. */
  stop?(engine: Engine): Promise<void>;
}

/** Maximum slices of a schedule for one request or tick: some hosts limit the statements of a request. */
const SLICES = 8;
const ALLOWANCE_MS = 1000;
/**
 * In a process that lasts, each schedule begins at a random moment of this time after the start, so that together they
 * do not keep the first requests waiting.
 */
const FIRST_AFTER_MS = [1000, 3000] as const;
/** Delay before a schedule with remaining work continues. */
const SOON_MS = 250;
const LONGEST_MS = 3_600_000;
/** How long an answer waits for a schedule that must tell nothing: longer than most providers take for a message. */
const EVEN_MS = 2000;
/** A host may cancel a request together with its tick. */
const LONGEST_TICK_MS = 30_000;

export interface Running {
  /** Stops after the current slice. */
  stop(): Promise<void>;
}

/** Resolves after a while, or when the signal aborts. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Runs schedules. In a process that lasts, continuously. Elsewhere in ticks: after a write, or when the host's timer
 * calls.
 */
export class Scheduler {
  /** When a tick next runs each schedule. The first time is random, as many instances often start together. */
  readonly #due = new Map<Schedule, number>();
  /** Schedules with new work since their last slice began. */
  readonly #woken = new Set<Schedule>();
  /** Ends the pause of a schedule in a process that lasts. */
  readonly #pauses = new Map<Schedule, AbortController>();
  readonly #ticks = new WeakMap<SqlDriver, Promise<void>>();
  #lasting = false;
  #isOver = false;
  #busyUntil = 0;

  constructor(
    private readonly schedules: readonly Schedule[],
    private readonly clock: Clock,
    private readonly log: Log,
    /** As `Platform.answersWait` says. */
    readonly answersWait = false,
    /** Of a host without a lasting process that can wake it. */
    private readonly alarms?: AlarmClock,
  ) {
    for (const schedule of schedules) this.#due.set(schedule, clock.now() + Math.random() * schedule.everyMs);
  }

  /** Whether the process runs schedules continuously, so that what they begin may go on after a slice. Elsewhere nothing does. */
  get isLasting(): boolean {
    return this.#lasting;
  }

  /**
   * Runs what is due, within the limits of a request. Undefined: nothing is due, or the process runs schedules itself, or it is
   * about to end and would not see the end of what begins now.
   */
  tickWhenDue(engine: Engine, driver: SqlDriver): Promise<void> | undefined {
    if (this.#lasting || this.#isOver) return undefined;
    const now = this.clock.now();
    const due = this.schedules.filter((schedule) => {
      if (this.#mustTellNothing(schedule, engine) && !this.#woken.has(schedule)) return false;
      const at = this.#due.get(schedule)!;
      // If the clock was set back, the schedule must not wait too long.
      return now >= at || at - now > schedule.everyMs;
    });
    const { alarms } = this;
    const later = alarms?.forChanges(this.schedules, (schedule) =>
      due.includes(schedule) ? undefined : this.#due.get(schedule)!,
    );
    if (due.length === 0) return later;
    // The host may cancel a request together with what it has begun.
    const guard = due.some((schedule) => schedule.next && this.#woken.has(schedule)) ? alarms?.guard() : undefined;
    const run = this.#run(due, engine, driver, (schedule) => this.#mustTellNothing(schedule, engine));
    return later || guard ? Promise.all([run, later, guard]).then(() => {}) : run;
  }

  #mustTellNothing({ tells }: Schedule, engine: Engine): boolean {
    return this.answersWait && (tells?.(engine) ?? false);
  }

  /** A write has made work for this schedule: it need not wait for its next time. */
  wake(name: string): void {
    for (const schedule of this.schedules) {
      if (schedule.name !== name) continue;
      this.#due.set(schedule, 0);
      this.#woken.add(schedule);
      this.#pauses.get(schedule)?.abort();
    }
  }

  /**
   * Runs every schedule now, within the limits of a request: for timers of hosts without a lasting process. Only one
   * tick runs at a time; other callers return at once. Never fails.
   */
  async tick(engine: Engine, driver: SqlDriver): Promise<void> {
    const now = this.clock.now();
    if (this.#busyUntil - now > 0 && this.#busyUntil - now <= LONGEST_TICK_MS) return;
    this.#busyUntil = now + LONGEST_TICK_MS;
    await this.#run(this.schedules, engine, driver);
    this.#busyUntil = 0;
  }

  /** The alarm rings: runs the schedules that have said when they next have something to do. Never fails. */
  async ring(engine: Engine, driver: SqlDriver): Promise<void> {
    await this.#run(
      this.schedules.filter(({ next }) => next !== undefined),
      engine,
      driver,
    );
  }

  /** Sets the alarm for what the database holds now. Undefined: the host has none. Never fails. */
  setAlarm(engine: Engine, driver: SqlDriver): Promise<void> | undefined {
    return this.alarms && this.#onConnection(driver, this.#setNext(engine, driver));
  }

  /** Resolves when no tick runs on this connection any more: wait for it before closing the connection. Never fails. */
  currentTicks(driver: SqlDriver): Promise<void> | undefined {
    return this.#ticks.get(driver);
  }

  /** Runs each schedule repeatedly until `stop`, first when it is woken, or soon. */
  start(engine: Engine, driver: SqlDriver, pause: Pause = unheldPause): Running {
    const ending = new AbortController();
    this.#lasting = true;
    this.#isOver = false;
    const done = Promise.all(
      this.schedules.map((schedule) => this.#keep(schedule, engine, driver, pause, ending.signal)),
    );
    return {
      stop: async () => {
        this.#lasting = false;
        this.#isOver = true;
        ending.abort();
        await done;
        await Promise.all(this.schedules.map((schedule) => schedule.stop?.(engine)));
      },
    };
  }

  #run(
    schedules: readonly Schedule[],
    engine: Engine,
    driver: SqlDriver,
    isEven: (schedule: Schedule) => boolean = () => false,
  ): Promise<void> {
    for (const schedule of schedules) this.#due.set(schedule, this.clock.now() + schedule.everyMs);
    const unfinished = new Set<Schedule>();
    const runAll = this.#each(schedules, async (schedule) => {
      const slices = this.#slices(schedule, engine, driver).then((more) => {
        if (more) unfinished.add(schedule);
      });
      // What takes longer goes on while the host works for the next request.
      await (isEven(schedule) ? new Promise((resolve) => setTimeout(resolve, EVEN_MS)) : slices);
    });
    const work = this.alarms ? runAll.then(() => this.#setNext(engine, driver, unfinished)) : runAll;
    return this.#onConnection(driver, work);
  }

  /** A write and the jobs that it stores each begin some work: the second often ends first. */
  #onConnection(driver: SqlDriver, work: Promise<void>): Promise<void> {
    this.#ticks.set(
      driver,
      Promise.all([this.#ticks.get(driver), work]).then(() => {}),
    );
    return work;
  }

  /** What one of them has made for another one, which had run before, has no time either. */
  #setNext(engine: Engine, driver: SqlDriver, unfinished: Iterable<Schedule> = []): Promise<void> {
    return this.alarms!.setNext(this.schedules, engine, driver, new Set([...unfinished, ...this.#woken]));
  }

  async #each(schedules: readonly Schedule[], run: (schedule: Schedule) => Promise<void>): Promise<void> {
    for (const schedule of schedules) await run(schedule);
  }

  /** True: there is more to do. */
  async #slices(schedule: Schedule, engine: Engine, driver: SqlDriver): Promise<boolean> {
    const began = performance.now();
    let more = true;
    for (let slices = 0; more && slices < SLICES && performance.now() - began < ALLOWANCE_MS; slices++) {
      more = await this.#slice(schedule, engine, driver);
    }
    if (more) this.#due.set(schedule, this.clock.now() + SOON_MS);
    return more;
  }

  /** Between two slices, the process and the database are free for as long as the last slice took. */
  async #keep(schedule: Schedule, engine: Engine, driver: SqlDriver, pause: Pause, signal: AbortSignal): Promise<void> {
    const [least, most] = FIRST_AFTER_MS;
    const rest = (ms: number): Promise<void> => {
      const until = new AbortController();
      this.#pauses.set(schedule, until);
      return this.#woken.has(schedule) ? Promise.resolve() : pause(ms, AbortSignal.any([signal, until.signal]));
    };
    await rest(least + Math.random() * (most - least));
    while (!signal.aborted) {
      const began = performance.now();
      const more = await this.#slice(schedule, engine, driver);
      if (signal.aborted) break;
      if (more || this.#woken.has(schedule)) await pause(performance.now() - began, signal);
      else await rest(Math.min(LONGEST_MS, schedule.everyMs) * (0.75 + Math.random() / 2));
    }
  }

  async #slice(schedule: Schedule, engine: Engine, driver: SqlDriver): Promise<boolean> {
    this.#woken.delete(schedule);
    try {
      return await schedule.run(engine, driver);
    } catch (error) {
      this.log.warn("a schedule failed and will try again", { schedule: schedule.name, error: String(error) });
      return false;
    }
  }
}

/** Scheduled work must not keep a process alive. */
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
