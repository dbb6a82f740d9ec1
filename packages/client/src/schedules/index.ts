/**
 * Schedules: jobs that are stored at times, by changes, or on dates of items.
 *
 * @module
 */
export { type Schedules, schedules } from "./schedules.ts";
export type {
  ChangeTrigger,
  CronTrigger,
  DateTrigger,
  NewSchedule,
  Schedule,
  ScheduledTask,
  ScheduleFiring,
  ScheduleTrigger,
} from "./types.ts";
