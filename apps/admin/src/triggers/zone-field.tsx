import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import { Controller } from "react-hook-form";
import { problemOf } from "../app/forms/refusal.ts";
import { optionsOf } from "../data/role-options.ts";
import { Combobox } from "../ui/combobox.tsx";
import { Field } from "../ui/field.tsx";
import type { TriggerFieldsProps } from "./trigger-form.ts";

/** The time zone of a schedule. */
export function ZoneField({ form }: TriggerFieldsProps): ReactNode {
  const { t } = useLingui();
  const chosen = form.watch("zone");
  const zones = useMemo(() => {
    const known = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
    return optionsOf(known.includes(chosen) ? known : [chosen, ...known]);
  }, [chosen]);
  return (
    <Controller
      control={form.control}
      name="zone"
      render={({ field }) => (
        <Field label={t`Time zone`} error={problemOf(form, "zone", t`Choose a time zone.`)}>
          <Combobox
            value={field.value}
            onValueChange={(zone) => field.onChange(zone ?? "UTC")}
            source={zones}
            className="max-w-80"
          />
        </Field>
      )}
    />
  );
}
