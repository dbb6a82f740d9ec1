import type { NewSchedule, Schedule, ScheduleTrigger } from "@plinth/client/schedules";
import * as z from "zod";
import { isJsonObject } from "../../data/json-text.ts";
import {
  EMPTY_TRIGGER,
  partsOfTrigger,
  requireTriggerParts,
  triggerOf,
  triggerParts,
} from "../../triggers/trigger-form.ts";

export const KINDS = ["task", "http", "function"] as const;

/** A whole schedule as one form shows it. */
export const scheduleForm = z
  .object({
    name: z.string().trim().min(1).max(100),
    type: z.enum(["cron", "change", "date", "job_failed"]),
    ...triggerParts,
    kind: z.string(),
    queue: z.string().trim().min(1).max(100),
    job: z.string().trim().max(100),
    /** JSON. */
    payload: z.string().refine(isJsonObject),
  })
  .superRefine(requireTriggerParts);

export type ScheduleForm = z.infer<typeof scheduleForm>;

export const EMPTY_SCHEDULE: ScheduleForm = {
  ...EMPTY_TRIGGER,
  ...{ name: "", type: "cron", kind: "task", queue: "default", job: "", payload: "{}" },
};

export function formOf({ name, when, job }: Schedule): ScheduleForm {
  return {
    ...partsOfTrigger(when),
    name,
    type: when.type,
    kind: job.kind ?? "task",
    queue: job.queue ?? "default",
    job: job.name ?? "",
    payload: JSON.stringify(job.payload ?? {}, null, 2),
  };
}

/** What is sent. What the form has no field for stays as it was. */
export function scheduleOf(form: ScheduleForm, before?: Schedule): NewSchedule {
  const { name, kind, queue, job, payload } = form;
  return {
    name,
    when: { ...(before?.when.type === form.type && before.when), ...triggerOf(form.type, form) } as ScheduleTrigger,
    job: { ...before?.job, kind, queue, name: job, payload: JSON.parse(payload) },
  };
}
