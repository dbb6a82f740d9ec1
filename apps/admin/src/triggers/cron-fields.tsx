import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller } from "react-hook-form";
import { problemOf } from "../app/forms/refusal.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { NextTimes } from "./next-times.tsx";
import type { TriggerFieldsProps } from "./trigger-form.ts";
import { ZoneField } from "./zone-field.tsx";

/** Times by a cron expression, with the next ones that it means. */
export function CronFields({ form }: TriggerFieldsProps): ReactNode {
  const { t } = useLingui();
  const [schedule, zone] = form.watch(["schedule", "zone"]);
  return (
    <>
      <Field
        label={t`Times`}
        required
        description={t`Minute, hour, day of the month, month, day of the week: 0 7 * * mon-fri. With six parts, the first one is the second.`}
        error={problemOf(form, "schedule", t`Write a cron expression.`)}
      >
        <Input {...form.register("schedule")} spellCheck={false} className="max-w-80 font-mono" />
      </Field>
      <ZoneField form={form} />
      <NextTimes schedule={schedule} zone={zone} />
      <Controller
        control={form.control}
        name="missed"
        render={({ field }) => (
          <Field label={t`Times that pass while no server runs`}>
            <Select
              value={field.value}
              onValueChange={field.onChange}
              options={[
                { value: "one", label: t`The last one is made up for` },
                { value: "skip", label: t`They are left out` },
                { value: "all", label: t`All are made up for` },
              ]}
              className="max-w-80"
            />
          </Field>
        )}
      />
    </>
  );
}
