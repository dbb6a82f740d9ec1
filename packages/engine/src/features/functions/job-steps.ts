import {
  type Clock,
  type EventWait,
  invalid,
  type JobSteps,
  JobSuspended,
  type Json,
  plainJson,
  type SandboxCall,
  type SandboxValue,
} from "@plinth/core";
import { eventKey, eventName, eventTimeout } from "../../kernel/job-events.ts";
import * as z from "../../kernel/zod.ts";
import { callOptions } from "./arguments.ts";

const MAX_NAME = 200;
const LONGEST_SLEEP_MS = 366 * 86_400_000;

interface OpenStep {
  readonly made: PromiseWithResolvers<Json>;
  readonly kept: Promise<Json>;
}

/** A step begins in the server, which knows what is kept, runs in the function, and ends in the server. */
export class FunctionSteps {
  readonly #open = new Map<string, OpenStep>();
  /** Steps that have begun and not ended. */
  #under = 0;
  #isClosed = false;
  /** The job sleeps: the run ends as soon as no step is under way. */
  suspended: JobSuspended | undefined;

  /** `end` ends the run. */
  constructor(
    private readonly steps: JobSteps,
    private readonly clock: Clock,
    private readonly end: () => void,
  ) {}

  readonly calls: Readonly<Record<string, SandboxCall>> = {
    "$step.begin": ([name]) => this.#begin(nameIn(name)),
    "$step.end": ([name, result]) => this.#end(nameIn(name), result),
    "$step.fail": ([name]) => this.#fail(nameIn(name)),
    "$step.sleep": ([name, seconds]) => this.#sleep(this.steps.sleep(nameIn(name), secondsIn(seconds))),
    "$step.sleep_until": ([name, time]) =>
      this.#sleep(this.steps.sleepUntil(nameIn(name), timeIn(time, this.clock.now()))),
    "$step.wait": ([name, wait]) => this.#sleep(this.steps.waitForEvent(nameIn(name), waitIn(name, wait))),
  };

  /** When the run has ended: nothing in it ends its steps any more. */
  close(): void {
    this.#isClosed = true;
    for (const { made } of this.#open.values()) made.reject(new TypeError("The run has ended."));
    this.#open.clear();
  }

  async #begin(name: string): Promise<{ readonly kept: boolean; readonly result?: Json }> {
    this.#under++;
    const begun = Promise.withResolvers<undefined>();
    const made = Promise.withResolvers<Json>();
    const kept: Promise<Json> = this.steps.run(name, () => {
      if (this.#isClosed) throw new TypeError("The run has ended.");
      this.#open.set(name, { made, kept });
      begun.resolve(undefined);
      return made.promise;
    });
    kept.catch(() => {});
    try {
      const result = await Promise.race([begun.promise, kept]);
      if (result === undefined) return { kept: false };
      this.#left();
      return { kept: true, result };
    } catch (error) {
      this.#left();
      throw error;
    }
  }

  async #end(name: string, result: SandboxValue): Promise<Json> {
    const json = plainJson(result ?? null, "result");
    const step = this.#take(name);
    if (!step) throw invalid("name", "no such step is under way");
    step.made.resolve(json);
    try {
      return await step.kept;
    } finally {
      this.#left();
    }
  }

  async #fail(name: string): Promise<undefined> {
    const step = this.#take(name);
    if (!step) return;
    step.made.reject(new TypeError("The step has failed."));
    await step.kept.catch(() => {});
    this.#left();
  }

  /** It never answers a function whose job sleeps. */
  async #sleep<T>(sleeping: Promise<T>): Promise<T> {
    try {
      return await sleeping;
    } catch (error) {
      if (!(error instanceof JobSuspended)) throw error;
      this.suspended = error;
      this.#endWhenIdle();
      return new Promise(() => {});
    }
  }

  #take(name: string): OpenStep | undefined {
    const step = this.#open.get(name);
    this.#open.delete(name);
    return step;
  }

  #left(): void {
    this.#under--;
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    if (this.suspended && this.#under === 0) this.end();
  }
}

function nameIn(value: SandboxValue): string {
  if (typeof value === "string" && value.length > 0 && value.length <= MAX_NAME) return value;
  throw invalid("name", `a step has a name of at most ${MAX_NAME} characters`);
}

const eventWait = z.strictObject({ event: eventName, key: eventKey, timeout: eventTimeout });

/** The name of the event is that of the step unless given. */
function waitIn(name: SandboxValue, given: SandboxValue): EventWait {
  const wait = typeof given === "object" ? (given as EventWait | null) : null;
  return callOptions(eventWait, { ...wait, event: wait?.event ?? name });
}

function secondsIn(value: SandboxValue): number {
  if (typeof value === "number" && value >= 0 && value * 1000 <= LONGEST_SLEEP_MS) return value;
  throw invalid("seconds", "expected a number of seconds, of a year at most");
}

function timeIn(value: SandboxValue, now: number): Date {
  if (value instanceof Date && value.getTime() <= now + LONGEST_SLEEP_MS) return value;
  throw invalid("time", "expected a Date within a year");
}
