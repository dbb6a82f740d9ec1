import { PlinthClientError } from "@plinth/client";
import type { UseFormReturn } from "react-hook-form";
import { showRefusal } from "../../app/forms/refusal.ts";
import { errorWords } from "../../ui/error-words.ts";
import type { ScheduleForm } from "./schedule-form.ts";

const PARTS: Readonly<Record<string, keyof ScheduleForm>> = {
  "job.name": "job",
  "when.offset": "days",
};

/** Shows a refusal at the field of the form that stands for the part of the schedule that the server names. */
export function showScheduleRefusal(form: UseFormReturn<ScheduleForm>, error: unknown): void {
  const named = error instanceof PlinthClientError ? error.details?.field : undefined;
  const part = typeof named === "string" ? named.split(".").slice(0, 2).join(".") : "";
  const field = PARTS[part] ?? part.replace(/^(?:when|job)\./, "");
  if (part === "name" || !Object.hasOwn(form.getValues(), field)) showRefusal(form, error);
  else
    form.setError(field as keyof ScheduleForm, { type: "server", message: errorWords(error) }, { shouldFocus: true });
}
