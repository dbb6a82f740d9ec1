import type { Json } from "@plinth/core";

/** By times. */
export interface CronTrigger {
  readonly type: "cron";
  /** Five fields, or six with seconds first, or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. */
  readonly schedule: string;
  /** The IANA name of a time zone; `UTC` unless given. */
  readonly zone?: string | undefined;
  /** What becomes of times that passed while no server ran; `one` unless given. */
  readonly missed?: "skip" | "one" | "all" | undefined;
}

/** By changes of items. */
export interface ChangeTrigger {
  readonly type: "change";
  /** Such as `orders.create`, `orders.*` or `*.delete`. */
  readonly events: readonly string[];
  readonly filter?: object | null | undefined;
  readonly filter_before?: object | null | undefined;
  readonly payload?: { readonly fields?: readonly string[] | null; readonly before?: boolean } | undefined;
  /** Of the jobs of one item, only one is active at a time. */
  readonly ordered?: boolean | undefined;
}

type ItemDate = "date";

/** By a date of items. */
export interface DateTrigger {
  readonly type: ItemDate;
  readonly collection: string;
  readonly field: string;
  /** Seconds after it, or before it where negative. */
  readonly offset?: number | undefined;
  /** `HH:MM` of that day, in the zone. */
  readonly at?: string | null | undefined;
  readonly zone?: string | undefined;
  readonly filter?: object | null | undefined;
}

/** By jobs that have failed for good. In patterns, `*` at the end stands for any text; none: all. */
export interface JobFailedTrigger {
  readonly type: "job_failed";
  readonly queues?: readonly string[] | undefined;
  readonly kinds?: readonly string[] | undefined;
  readonly names?: readonly string[] | undefined;
}

export type ScheduleTrigger = CronTrigger | ChangeTrigger | DateTrigger | JobFailedTrigger;

/** The job that a schedule stores. */
export interface ScheduledTask {
  readonly kind?: string | undefined;
  readonly queue?: string | undefined;
  readonly name?: string | undefined;
  /** It gets `trigger`. */
  readonly payload?: Json | undefined;
  readonly priority?: number | undefined;
  readonly max_attempts?: number | undefined;
  readonly concurrency_key?: string | undefined;
}

export interface NewSchedule {
  readonly name: string;
  readonly when: ScheduleTrigger;
  readonly job: ScheduledTask;
  /** False: it is paused. */
  readonly enabled?: boolean | undefined;
}

/** What a schedule has done. */
export interface ScheduleFiring {
  /** The time that it was for, or of the change. */
  readonly at: string;
  readonly fired_at: string;
  /** The id of the job; null: none was stored. */
  readonly job: string | null;
  readonly error?: string;
  /** The server has turned the schedule off. */
  readonly off?: true;
  /** Who has run it by hand, such as `user:ID`. */
  readonly by?: string;
}

export interface Schedule extends Required<NewSchedule> {
  readonly id: string;
  /** The next time of one by times; null where there is none, and while it is paused. */
  readonly next_at: string | null;
  /** The newest first. */
  readonly last_firings: readonly ScheduleFiring[];
  readonly created_at: string;
  readonly updated_at: string;
}
