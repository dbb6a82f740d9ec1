import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { type CollectionInfo, fieldsOf } from "../../data/collections.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";

interface FieldTicksProps {
  readonly collection: CollectionInfo;
  /** Null: all of them. */
  readonly value: readonly string[] | null;
  readonly onChange: (fields: string[] | null) => void;
}

/** Which fields a rule shows: all are ticked, so that one takes away what is not for them. */
export function FieldTicks({ collection, value, onChange }: FieldTicksProps): ReactNode {
  const { t } = useLingui();
  const names = fieldsOf(collection).map(({ name }) => name);
  const isShown = (name: string) => value === null || value.includes(name);
  const toggle = (name: string) => {
    const next = names.filter((other) => (other === name ? !isShown(name) : isShown(other)));
    onChange(next.length === names.length ? null : next);
  };
  return (
    <fieldset className="flex flex-col gap-2 rounded-lg border p-3">
      <legend className="px-1 font-medium text-sm">{t`Fields that are shown`}</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {names.map((name) => (
          <Field key={name} inline label={name}>
            <Checkbox checked={isShown(name)} onCheckedChange={() => toggle(name)} />
          </Field>
        ))}
      </div>
      <p className="text-muted text-xs">
        {value?.length === 0
          ? t`Tick at least one field.`
          : t`Once one is unticked, fields that are added later stay hidden until they are ticked here.`}
      </p>
    </fieldset>
  );
}
