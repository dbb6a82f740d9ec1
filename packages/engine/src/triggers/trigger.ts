import type { Json } from "@plinth/core";
import { JOB_FAILED, type JobTriggerRow } from "@plinth/db";
import * as z from "../kernel/zod.ts";
import { enqueueSchema } from "../write/job-input.ts";
import { type ChangeSettings, changeSettings, itemCondition, wholeItem } from "./change-input.ts";
import type { CronTimes } from "./cron.ts";
import { MISSED_POLICIES, type MissedPolicy } from "./cron-firings.ts";

/** The type of triggers by dates of items. */
export const DATE = "date";

const zone = z.string().min(1).max(100).default("UTC").describe("The IANA name of a time zone, such as Europe/Berlin");
const MOST_OFFSET = 366 * 86_400;
const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** Times by a schedule. */
export const cronWhen = z.strictObject({
  type: z.literal("cron"),
  schedule: z
    .string()
    .max(200)
    .describe("A cron expression of five fields, or six with seconds first, or `@hourly`, `@daily` and the like"),
  zone,
  missed: z
    .enum(MISSED_POLICIES)
    .default("one")
    .describe(
      "What becomes of times that passed while no server ran: `one` makes up for the last one, `all` for the last 100",
    ),
});

/** Changes of items. */
export const changeWhen = z.strictObject({
  type: z.literal("change"),
  events: changeSettings.events,
  filter: changeSettings.filter.default(null),
  filter_before: changeSettings.filter_before.default(null),
  payload: changeSettings.payload.default(wholeItem),
  ordered: z
    .boolean()
    .default(false)
    .describe("Whether of the jobs of one item only one is active at a time, in the order of its changes"),
});

/** A date of an item comes. */
export const dateWhen = z.strictObject({
  type: z.literal(DATE),
  collection: z.string().min(1).max(63),
  field: z.string().min(1).max(63).describe("A field of the type timestamp or date"),
  offset: z
    .int()
    .min(-MOST_OFFSET)
    .max(MOST_OFFSET)
    .default(0)
    .describe("Seconds after it, or before it where negative"),
  at: z
    .string()
    .regex(TIME_OF_DAY, "must be a time of day such as 09:00")
    .nullable()
    .default(null)
    .describe("The time of that day, in the zone; null: the time of the field, or midnight for a date"),
  zone,
  filter: itemCondition.default(null).describe("A condition that the item fulfils when it is due"),
});

const patterns = z
  .array(z.string().regex(/^[^*]{0,100}\*?$/, "must be a text of up to 100 characters, with * at its end alone"))
  .max(20)
  .default([]);

/** Jobs fail for good. */
export const jobFailedWhen = z.strictObject({
  type: z.literal(JOB_FAILED),
  queues: patterns.describe("Of these queues, such as `mail` or `mail-*`. None: of all"),
  kinds: patterns.describe("Of these kinds: `task`, `http`, `function`, `flow`. None: of all"),
  names: patterns.describe("With these names. None: with any"),
});

/** When a trigger stores its job. */
export const triggerWhen = z.discriminatedUnion("type", [cronWhen, changeWhen, dateWhen, jobFailedWhen]);

export type TriggerWhen = CronWhen | ChangeWhen | DateWhen | JobFailedWhen;
export interface JobFailedWhen {
  readonly type: typeof JOB_FAILED;
  readonly queues: readonly string[];
  readonly kinds: readonly string[];
  readonly names: readonly string[];
}
export interface CronWhen extends CronTimes {
  readonly type: "cron";
  readonly missed: MissedPolicy;
}
export interface ChangeWhen extends ChangeSettings {
  readonly type: "change";
  readonly ordered: boolean;
}
export interface DateWhen {
  readonly type: typeof DATE;
  readonly collection: string;
  readonly field: string;
  /** Seconds. */
  readonly offset: number;
  /** `HH:MM` in the zone. */
  readonly at: string | null;
  readonly zone: string;
  readonly filter: Json;
}

/** The job that a trigger stores. */
export const jobTemplate = enqueueSchema.pick({
  kind: true,
  queue: true,
  name: true,
  payload: true,
  max_attempts: true,
  priority: true,
  concurrency_key: true,
});

export type JobTemplate = z.output<typeof jobTemplate>;

/** As its owner declares it. */
export interface Trigger {
  /** Unique within its owner. One of the same name and the same `when` goes on where it is. */
  readonly name: string;
  readonly when: TriggerWhen;
  readonly job: JobTemplate;
  /** Default: it is. */
  readonly enabled?: boolean;
}

/** What a trigger has done, or why it could not. */
export interface TriggerFiring {
  /** The time that it was for, or of the change. ISO 8601, as the others. */
  readonly at: string;
  readonly fired_at: string;
  /** The job that was stored; null: none. */
  readonly job: string | null;
  /** Why no job was stored. */
  readonly error?: string;
  /** The server has turned the trigger off. */
  readonly off?: true;
  /** Somebody has run it by hand: who, such as `user:ID`. */
  readonly by?: string;
}

export function firingAt(at: number, now: number, job: string | null, error?: string): TriggerFiring {
  const [time, fired_at] = [new Date(at).toISOString(), new Date(now).toISOString()];
  return { at: time, fired_at, job, ...(error !== undefined && { error }) };
}

const MOST_KEPT = 10;

export const whenOf = ({ spec }: Pick<JobTriggerRow, "spec">): TriggerWhen => JSON.parse(spec);
export const templateOf = ({ job }: Pick<JobTriggerRow, "job">): JobTemplate => JSON.parse(job);
export const firingsIn = ({ firings }: Pick<JobTriggerRow, "firings">): TriggerFiring[] => JSON.parse(firings);

/** The last firings with these, which are given the latest last. */
export function withFirings(row: Pick<JobTriggerRow, "firings">, more: readonly TriggerFiring[]): string {
  return JSON.stringify([...more.toReversed(), ...firingsIn(row)].slice(0, MOST_KEPT));
}
