import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller } from "react-hook-form";
import { problemOf } from "../app/forms/refusal.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field } from "../ui/field.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { FilterField } from "./filter-field.tsx";
import type { TriggerFieldsProps } from "./trigger-form.ts";

/** Which changes start the job. */
export function ChangeFields({ form }: TriggerFieldsProps): ReactNode {
  const { t } = useLingui();
  return (
    <>
      <Field
        label={t`Events`}
        required
        description={t`Such as posts.create, posts.* or *.delete: a collection or *, and create, update, delete or *. One in a line.`}
        error={problemOf(form, "events", t`Write at least one event.`)}
      >
        <Textarea {...form.register("events")} spellCheck={false} className="font-mono" />
      </Field>
      <FilterField form={form} />
      <Controller
        control={form.control}
        name="ordered"
        render={({ field }) => (
          <Field inline label={t`In order`} description={t`Of the jobs of one item, only one is active at a time.`}>
            <Checkbox checked={field.value} onCheckedChange={(next) => field.onChange(next === true)} />
          </Field>
        )}
      />
    </>
  );
}
