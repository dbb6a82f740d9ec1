import { showRefusalAt } from "../../app/forms/show-refusal-at.ts";
import { EMPTY_SCHEDULE, type ScheduleForm } from "./schedule-form.ts";

const PARTS: Readonly<Record<string, keyof ScheduleForm>> = {
  "job.name": "job",
  "when.offset": "days",
};

/** Shows a refusal at the field of the form that stands for the part of the schedule that the server names. */
export const showScheduleRefusal = showRefusalAt<ScheduleForm>((named) => {
  const part = named.split(".").slice(0, 2).join(".");
  const field = PARTS[part] ?? part.replace(/^(?:when|job)\./, "");
  return Object.hasOwn(EMPTY_SCHEDULE, field) ? (field as keyof ScheduleForm) : undefined;
});
