import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { ImportTask } from "../../../import/run-import.ts";
import { Field } from "../../../ui/field.tsx";
import { SegmentedControl } from "../../../ui/segmented-control.tsx";
import { Select } from "../../../ui/select.tsx";

export type Existing = NonNullable<ImportTask["existing"]>;

interface ExistingFieldsProps {
  readonly keys: readonly (readonly string[])[];
  readonly value: Existing | undefined;
  /** Fields of the key to which no column goes. */
  readonly missing: readonly string[];
  readonly onChange: (value: Existing | undefined) => void;
}

const NO_KEY = "-";

/** Whether rows change items that exist already, and by what these are found. */
export function ExistingFields({ keys, value, missing, onChange }: ExistingFieldsProps): ReactNode {
  const { t } = useLingui();
  const labels = keys.map((key) => ({ key, label: key.join(", ") }));
  const { by, resolution = "merge" } = value ?? {};
  const names = missing.join(", ");
  return (
    <div className="grid grid-cols-1 items-start gap-4 sm:grid-cols-2">
      <Field
        label={t`Find existing items by`}
        description={t`A row whose item exists changes it; the others are added.`}
        error={names === "" ? undefined : t`No column goes to ${names}.`}
      >
        <Select
          value={by?.join(", ") ?? NO_KEY}
          onValueChange={(label) => {
            const key = labels.find((one) => one.label === label)?.key;
            onChange(key && { by: key, resolution });
          }}
          options={[
            { value: NO_KEY, label: t`Add every row` },
            ...labels.map(({ label }) => ({ value: label, label })),
          ]}
        />
      </Field>
      {value && (
        <Field label={t`Items that exist`}>
          <SegmentedControl
            value={resolution}
            onValueChange={(next) => onChange({ ...value, resolution: next })}
            options={[
              { value: "merge", label: t`Update` },
              { value: "ignore", label: t`Leave as they are` },
            ]}
          />
        </Field>
      )}
    </div>
  );
}
