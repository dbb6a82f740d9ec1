import type { ScheduleTrigger } from "@plinth/client/schedules";
import type { ReactNode } from "react";
import type { FieldValues, UseFormReturn } from "react-hook-form";
import { ChangeFields } from "./change-fields.tsx";
import { CronFields } from "./cron-fields.tsx";
import { DateFields } from "./date-fields.tsx";
import { JobFailedFields } from "./job-failed-fields.tsx";
import type { TriggerParts } from "./trigger-form.ts";

interface AllTriggerFieldsProps<V extends TriggerParts & FieldValues> {
  /** One that has more fields, too. */
  readonly form: UseFormReturn<V>;
  readonly type: ScheduleTrigger["type"];
}

/** The fields of a type of triggers. */
export function TriggerFields<V extends TriggerParts & FieldValues>({
  form,
  type,
}: AllTriggerFieldsProps<V>): ReactNode {
  // They read and write the parts of triggers alone, which every such form has.
  const parts = { form: form as unknown as UseFormReturn<TriggerParts> };
  if (type === "cron") return <CronFields {...parts} />;
  if (type === "change") return <ChangeFields {...parts} />;
  return type === "date" ? <DateFields {...parts} /> : <JobFailedFields {...parts} />;
}
