import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import { Controller } from "react-hook-form";
import { problemOf } from "../app/forms/refusal.ts";
import { useCollections } from "../data/collections.ts";
import { optionsOf } from "../data/role-options.ts";
import { Combobox } from "../ui/combobox.tsx";
import { DateTimeInput } from "../ui/date-time-input.tsx";
import { Field } from "../ui/field.tsx";
import { NumberInput } from "../ui/number-input.tsx";
import { FilterField } from "./filter-field.tsx";
import type { TriggerFieldsProps } from "./trigger-form.ts";
import { ZoneField } from "./zone-field.tsx";

/** The field of a collection by whose value the job starts. */
export function DateFields({ form }: TriggerFieldsProps): ReactNode {
  const { t } = useLingui();
  const { data: collections = [] } = useCollections();
  const collection = form.watch("collection");
  const fields = useMemo(() => {
    const found = collections.find(({ slug }) => slug === collection)?.fields ?? [];
    return optionsOf(found.filter(({ type }) => type === "timestamp" || type === "date").map(({ name }) => name));
  }, [collections, collection]);
  return (
    <>
      <Controller
        control={form.control}
        name="collection"
        render={({ field }) => (
          <Field label={t`Collection`} required error={problemOf(form, "collection", t`Choose a collection.`)}>
            <Combobox
              value={field.value}
              onValueChange={field.onChange}
              source={optionsOf(collections.map(({ slug }) => slug))}
              className="max-w-80"
            />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="field"
        render={({ field }) => (
          <Field label={t`Field`} required error={problemOf(form, "field", t`Choose a field with dates.`)}>
            <Combobox
              value={field.value || null}
              onValueChange={(next) => field.onChange(next ?? "")}
              source={fields}
              className="max-w-80"
            />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="days"
        render={({ field }) => (
          <Field
            label={t`Days after it`}
            description={t`Before it, if negative.`}
            error={problemOf(form, "days", t`Write a number of days.`)}
          >
            <NumberInput
              value={field.value}
              onValueChange={(days) => field.onChange(days ?? 0)}
              min={-365}
              max={365}
              className="max-w-40"
            />
          </Field>
        )}
      />
      <Controller
        control={form.control}
        name="at"
        render={({ field }) => (
          <Field
            label={t`Time of the day`}
            description={t`Empty: that of the field.`}
            error={problemOf(form, "at", "")}
          >
            <DateTimeInput
              kind="time"
              step={60}
              value={field.value}
              onValueChange={(time) => field.onChange(time?.slice(0, 5) ?? null)}
              className="max-w-40"
            />
          </Field>
        )}
      />
      <ZoneField form={form} />
      <FilterField form={form} />
    </>
  );
}
