import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, fieldType, isReference } from "@plinth/core";
import type { InferredField, Readings } from "@plinth/formats";
import type { ReactNode } from "react";
import { ColumnHint } from "../../../import/column-hint.tsx";
import { FoundBy } from "../../../import/found-by.tsx";
import { FIELD_LOOKS } from "../../../schema/field-looks.ts";
import { cn } from "../../../ui/cn.ts";
import { Field as FormField } from "../../../ui/field.tsx";
import { Select } from "../../../ui/select.tsx";
import { BY_ID, type MappedColumn } from "./mapping.ts";

interface MappingRowProps {
  readonly column: MappedColumn;
  /** The fields that it can go to; of documents, the names that it can have. */
  readonly targets: readonly Field[];
  readonly isTakenTwice: boolean;
  readonly readings: Readings;
  readonly onChange: (column: MappedColumn) => void;
  readonly onReadings: (readings: Readings) => void;
}

/** No field is called so. */
const NOWHERE = "-";

/** Whether what was found out about a column matters for the field: a field of texts takes them as they are. */
function concerns({ almost, spelling }: InferredField, field: Field): boolean {
  const type = fieldType(field);
  if (spelling) return spelling.kind === "day" ? type.calendar !== undefined : type.kind === "number";
  return almost?.type === field.type;
}

/** A column of the file, and the field that it goes to. */
export function MappingRow({
  column,
  targets,
  isTakenTwice,
  readings,
  onChange,
  onReadings,
}: MappingRowProps): ReactNode {
  const { t } = useLingui();
  const { source, samples, found, target, by } = column;
  const field = targets.find(({ name }) => name === target);
  const options = targets.map(({ name, type, required }) => ({
    value: name,
    label: name,
    description: required ? t`${t(FIELD_LOOKS[type].label)}, required` : t(FIELD_LOOKS[type].label),
  }));
  return (
    <li className="grid grid-cols-1 items-start gap-x-4 gap-y-2 p-4 md:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1fr)]">
      <div className="min-w-0">
        <p className="break-all font-medium text-sm">{source}</p>
        <p className={cn("truncate text-muted text-xs", target === null && "line-through")}>
          {samples.length > 0 ? samples.join(" · ") : <Trans>no values</Trans>}
        </p>
        {field && found && concerns(found, field) && (
          <ColumnHint found={found} readings={readings} onReadings={onReadings} />
        )}
      </div>
      <FormField
        label={t`Field for ${source}`}
        hideLabel
        error={isTakenTwice ? t`Another column goes to ${target} too.` : undefined}
      >
        <Select
          value={target ?? NOWHERE}
          onValueChange={(next) => onChange({ ...column, target: next === NOWHERE ? null : next, by: BY_ID })}
          options={[{ value: NOWHERE, label: t`Do not import` }, ...options]}
        />
      </FormField>
      {field && isReference(field) && (
        <FoundBy to={field.to ?? ""} value={by} source={source} onChange={(key) => onChange({ ...column, by: key })} />
      )}
    </li>
  );
}
