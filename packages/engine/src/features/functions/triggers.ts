import { invalid, type SqlQuery } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";
import {
  changeWhen,
  cronWhen,
  dateWhen,
  jobFailedWhen,
  jobTemplate,
  replaceTriggers,
  type TriggerWhen,
} from "../../triggers/index.ts";
import { DATE } from "../../triggers/trigger.ts";

/** Of each kind. */
const MOST = 20;

export const triggersSchema = z.strictObject({
  cron: z
    .array(cronWhen.omit({ type: true }))
    .max(MOST)
    .default([])
    .describe("Times by a schedule"),
  changes: z
    .array(changeWhen.omit({ type: true }))
    .max(MOST)
    .default([])
    .describe("Changes of items"),
  dates: z
    .array(dateWhen.omit({ type: true }))
    .max(MOST)
    .default([])
    .describe("Dates of items"),
  failed_jobs: z
    .array(jobFailedWhen.omit({ type: true }))
    .max(MOST)
    .default([])
    .describe("Jobs that have failed for good"),
});

export type FunctionTriggers = z.output<typeof triggersSchema>;

interface DeclaredTrigger {
  /** Such as `cron.0`: one that stays where it is goes on. */
  readonly name: string;
  readonly when: TriggerWhen;
}

function declaredIn({ cron, changes, dates, failed_jobs }: FunctionTriggers): DeclaredTrigger[] {
  const named = (name: string) => (when: TriggerWhen, index: number) => ({ name: `${name}.${index}`, when });
  return [
    ...cron.map((one) => ({ type: "cron" as const, ...one })).map(named("cron")),
    ...changes.map((one) => ({ type: "change" as const, ...one })).map(named("changes")),
    ...dates.map((one): TriggerWhen => ({ type: DATE, ...one })).map(named("dates")),
    ...failed_jobs.map((one) => ({ type: "job_failed" as const, ...one })).map(named("failed_jobs")),
  ];
}

/** Throws where a function would be started by itself, and act as its caller: there is none. */
export function requireActor(
  triggers: FunctionTriggers,
  {
    as,
    collections,
    files,
  }: { as: string; collections: readonly string[]; files: { readonly buckets: readonly string[] } },
) {
  const reaches = collections.length > 0 || files.buckets.length > 0;
  if (as !== "caller" || !reaches || declaredIn(triggers).length === 0) return;
  throw invalid("permissions.as", "what starts by itself has no caller: it must be system or role:NAME");
}

/** The statements that store when the function starts by itself, for the batch of its deployment. */
export function triggerQueries(ctx: RequestContext, name: string, triggers: FunctionTriggers): Promise<SqlQuery[]> {
  const declared = declaredIn(triggers);
  const job = jobTemplate.parse({ kind: "function", name });
  return replaceTriggers(
    ctx,
    `function:${name}`,
    declared.map((one) => ({ ...one, job })),
    (field, index) => `triggers.${declared[index]!.name}.${field}`,
  );
}
