export { type CronTimes, nextTime } from "./cron.ts";
export { MISSED_POLICIES, type MissedPolicy } from "./cron-firings.ts";
export { CATCH_UP_MS } from "./date.ts";
export { requestOfJob, triggerDepth } from "./depth.ts";
export { checkTrigger, replaceTriggers } from "./replace.ts";
export { runTriggers } from "./run.ts";
export {
  type ChangeWhen,
  type CronWhen,
  changeWhen,
  cronWhen,
  type DateWhen,
  dateWhen,
  type JobFailedWhen,
  type JobTemplate,
  jobFailedWhen,
  jobTemplate,
  type Trigger,
  type TriggerFiring,
  type TriggerWhen,
  triggerWhen,
} from "./trigger.ts";
export { isOfTrigger } from "./triggered-job.ts";
export { announceTriggers, TRIGGERS_SCHEDULE } from "./wake.ts";
