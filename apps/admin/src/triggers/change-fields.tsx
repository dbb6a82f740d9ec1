import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller } from "react-hook-form";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field } from "../ui/field.tsx";
import { EventsField } from "./events-field.tsx";
import { FilterField } from "./filter-field.tsx";
import type { TriggerFieldsProps } from "./trigger-form.ts";

/** Which changes start the job. */
export function ChangeFields({ form }: TriggerFieldsProps): ReactNode {
  const { t } = useLingui();
  return (
    <>
      <EventsField form={form} />
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
