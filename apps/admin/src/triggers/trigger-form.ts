import type { ScheduleTrigger } from "@plinth/client/schedules";
import type { UseFormReturn } from "react-hook-form";
import * as z from "zod";
import { isJsonObject } from "../data/json-text.ts";

export const MISSED = ["one", "skip", "all"] as const;

/** What the forms of all types of triggers have; the parts of the types that are not chosen wait. */
export const triggerParts = {
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
  /** Patterns of failed jobs, separated as events are; none: all. */
  queues: z.string(),
  kinds: z.string(),
  names: z.string(),
  /** JSON; empty for none. */
  filter: z.string().refine((text) => text.trim() === "" || isJsonObject(text)),
};

const parts = z.object(triggerParts);

export type TriggerParts = z.infer<typeof parts>;

export interface TriggerFieldsProps {
  readonly form: UseFormReturn<TriggerParts>;
}

const DAY = 86_400;

export const EMPTY_TRIGGER: TriggerParts = {
  ...{ schedule: "0 7 * * mon-fri", missed: "one", events: "", ordered: false, filter: "" },
  ...{ collection: null, field: "", days: 0, at: null, queues: "", kinds: "", names: "" },
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
};

/** Names the parts that its type cannot do without. */
export function requireTriggerParts(
  { type, schedule, events, collection, field }: TriggerParts & { readonly type: string },
  { addIssue }: { addIssue(issue: { code: "custom"; path: string[] }): void },
): void {
  const need = (path: string) => addIssue({ code: "custom", path: [path] });
  if (type === "cron" && schedule === "") need("schedule");
  if (type === "change" && !/[^\s,]/.test(events)) need("events");
  if (type === "date" && !collection) need("collection");
  if (type === "date" && field === "") need("field");
}

export function partsOfTrigger(when: ScheduleTrigger): TriggerParts {
  const filter = "filter" in when && when.filter ? JSON.stringify(when.filter, null, 2) : "";
  if (when.type === "cron") {
    const { schedule, zone = "UTC", missed = "one" } = when;
    return { ...EMPTY_TRIGGER, schedule, zone, missed };
  }
  if (when.type === "change")
    return { ...EMPTY_TRIGGER, events: when.events.join("\n"), ordered: when.ordered ?? false, filter };
  if (when.type === "job_failed") {
    const { queues = [], kinds = [], names = [] } = when;
    return { ...EMPTY_TRIGGER, queues: queues.join("\n"), kinds: kinds.join("\n"), names: names.join("\n") };
  }
  const { collection, field, offset = 0, at = null, zone = "UTC" } = when;
  return { ...EMPTY_TRIGGER, collection, field, days: offset / DAY, at, zone, filter };
}

export function triggerOf(type: ScheduleTrigger["type"], parts: TriggerParts): ScheduleTrigger {
  const { schedule, zone, missed, events, ordered, collection, field, days, at } = parts;
  const filter = parts.filter.trim() === "" ? null : (JSON.parse(parts.filter) as object);
  if (type === "cron") return { type, schedule, zone, missed };
  if (type === "change") return { type, events: wordsIn(events), ordered, filter };
  if (type === "job_failed")
    return { type, queues: wordsIn(parts.queues), kinds: wordsIn(parts.kinds), names: wordsIn(parts.names) };
  return { type, collection: collection!, field, offset: Math.round(days * DAY), at, zone, filter };
}

const wordsIn = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);
