import type { NewSchedule, Schedule, ScheduleTrigger } from "@plinth/client/schedules";
import * as z from "zod";
import { isJsonObject } from "../../data/json-text.ts";

export const MISSED = ["one", "skip", "all"] as const;
export const KINDS = ["task", "http", "function"] as const;

/** A whole schedule as one form shows it; the parts of the types that are not chosen wait. */
export const scheduleForm = z
  .object({
    name: z.string().trim().min(1).max(100),
    type: z.enum(["cron", "change", "date"]),
    schedule: z.string().trim().max(200),
    zone: z.string().trim().min(1).max(100),
    missed: z.enum(MISSED),
    /** Separated by spaces, commas or lines. */
    events: z.string(),
    ordered: z.boolean(),
    collection: z.string().nullable(),
    field: z.string().trim().max(100),
    /** Of a date. */
    days: z.number(),
    at: z.string().nullable(),
    /** JSON; empty for none. */
    filter: z.string().refine((text) => text.trim() === "" || isJsonObject(text)),
    kind: z.string(),
    queue: z.string().trim().min(1).max(100),
    job: z.string().trim().max(100),
    /** JSON. */
    payload: z.string().refine(isJsonObject),
  })
  .superRefine(({ type, schedule, events, collection, field }, { addIssue }) => {
    const need = (path: string) => addIssue({ code: "custom", path: [path] });
    if (type === "cron" && schedule === "") need("schedule");
    if (type === "change" && !/[^\s,]/.test(events)) need("events");
    if (type === "date" && !collection) need("collection");
    if (type === "date" && field === "") need("field");
  });

export type ScheduleForm = z.infer<typeof scheduleForm>;

const DAY = 86_400;

export const EMPTY_SCHEDULE: ScheduleForm = {
  ...{ name: "", type: "cron", schedule: "0 7 * * mon-fri", missed: "one", events: "", ordered: false },
  ...{ collection: null, field: "", days: 0, at: null, filter: "", kind: "task", queue: "default", job: "" },
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  payload: "{}",
};

export function formOf({ name, when, job }: Schedule): ScheduleForm {
  const form = {
    ...EMPTY_SCHEDULE,
    name,
    type: when.type,
    kind: job.kind ?? "task",
    queue: job.queue ?? "default",
    job: job.name ?? "",
    payload: JSON.stringify(job.payload ?? {}, null, 2),
  };
  const filter = "filter" in when && when.filter ? JSON.stringify(when.filter, null, 2) : "";
  if (when.type === "cron") {
    const { schedule, zone = "UTC", missed = "one" } = when;
    return { ...form, schedule, zone, missed };
  }
  if (when.type === "change")
    return { ...form, events: when.events.join("\n"), ordered: when.ordered ?? false, filter };
  const { collection, field, offset = 0, at = null, zone = "UTC" } = when;
  return { ...form, collection, field, days: offset / DAY, at, zone, filter };
}

/** What is sent. What the form has no field for stays as it was. */
export function scheduleOf(form: ScheduleForm, before?: Schedule): NewSchedule {
  const { name, kind, queue, job, payload } = form;
  return {
    name,
    when: { ...(before?.when.type === form.type && before.when), ...triggerOf(form) } as ScheduleTrigger,
    job: { ...before?.job, kind, queue, name: job, payload: JSON.parse(payload) },
  };
}

function triggerOf(form: ScheduleForm): ScheduleTrigger {
  const { type, schedule, zone, missed, events, ordered, collection, field, days, at } = form;
  const filter = form.filter.trim() === "" ? null : (JSON.parse(form.filter) as object);
  if (type === "cron") return { type, schedule, zone, missed };
  if (type === "change") return { type, events: events.split(/[\s,]+/).filter(Boolean), ordered, filter };
  return { type, collection: collection!, field, offset: Math.round(days * DAY), at, zone, filter };
}
