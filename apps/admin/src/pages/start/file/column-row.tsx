import { Trans, useLingui } from "@lingui/react/macro";
import { fieldType, isReference, isUuid } from "@plinth/core";
import type { Readings } from "@plinth/formats";
import type { ReactNode } from "react";
import { titleField, useCollections } from "../../../data/collections.ts";
import { ColumnHint } from "../../../import/column-hint.tsx";
import { FoundBy } from "../../../import/found-by.tsx";
import { CollectionPicker } from "../../../schema/collection-picker.tsx";
import { FIELD_LOOKS } from "../../../schema/field-looks.ts";
import { Checkbox } from "../../../ui/checkbox.tsx";
import { cn } from "../../../ui/cn.ts";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";
import { Select } from "../../../ui/select.tsx";
import { ChoiceHint, ChoiceValues } from "./choice-values.tsx";
import { type Column, typesFor } from "./columns.ts";
import { EmailHint } from "./email-hint.tsx";

interface ColumnRowProps {
  readonly column: Column;
  readonly problem: string | undefined;
  readonly readings: Readings;
  readonly onChange: (column: Column) => void;
  readonly onReadings: (readings: Readings) => void;
}

/** A column of the file, and its field. */
export function ColumnRow({ column, problem, readings, onChange, onReadings }: ColumnRowProps): ReactNode {
  const { t } = useLingui();
  const { source, name, type, isKept, isUnique, samples } = column;
  const needsTarget = isReference({ name, type }) && column.to === undefined;
  const types = typesFor(column).map((one) => ({ value: one, label: t(FIELD_LOOKS[one].label) }));
  return (
    <li className="grid items-start gap-x-4 gap-y-2 p-4 md:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1fr)]">
      <div className="min-w-0">
        <Field inline label={<span className="break-all">{source}</span>}>
          <Checkbox checked={isKept} onCheckedChange={(on) => onChange({ ...column, isKept: on === true })} />
        </Field>
        <p className={cn("truncate pl-6 text-muted text-xs", !isKept && "line-through")}>
          {samples.length > 0 ? samples.join(" · ") : <Trans>no values</Trans>}
        </p>
        {isKept && (
          <div className="pl-6">
            <ColumnHint found={column.found} readings={readings} onReadings={onReadings} />
            <EmailHint column={column} onChange={onChange} />
            <ChoiceHint column={column} onChange={onChange} />
          </div>
        )}
      </div>
      {isKept && (
        <>
          <Field label={t`Name of the field for ${source}`} hideLabel error={needsTarget ? undefined : problem}>
            <Input
              value={name}
              spellCheck={false}
              onChange={(event) => onChange({ ...column, name: event.target.value })}
            />
          </Field>
          <div className="flex flex-col gap-2">
            <Select
              aria-label={t`Type of ${source}`}
              value={type}
              onValueChange={(next) => onChange({ ...column, type: next })}
              options={types}
            />
            {type === "enum" ? (
              <ChoiceValues column={column} onChange={onChange} />
            ) : isReference({ name, type }) ? (
              <RelationChoice column={column} problem={needsTarget ? problem : undefined} onChange={onChange} />
            ) : (
              fieldType({ name, type }).unique && (
                <Field inline label={t`Different in every row`}>
                  <Checkbox
                    checked={isUnique}
                    onCheckedChange={(on) => onChange({ ...column, isUnique: on === true })}
                  />
                </Field>
              )
            )}
          </div>
        </>
      )}
    </li>
  );
}

/** Which items a column names, and by which of their unique fields. */
function RelationChoice({
  column,
  problem,
  onChange,
}: Pick<ColumnRowProps, "column" | "problem" | "onChange">): ReactNode {
  const { source, to, by = "id", samples } = column;
  const { t } = useLingui();
  const { data: collections = [] } = useCollections();
  const choose = (next: string | undefined) => {
    const target = collections.find(({ slug }) => slug === next);
    // People's files name items by what people call them.
    const key = target && !samples.every(isUuid) ? titleField(target) : undefined;
    onChange({ ...column, to: next, by: key });
  };
  return (
    <>
      <Field label={t`Collection that ${source} leads to`} hideLabel error={problem}>
        <CollectionPicker value={to ?? null} onValueChange={choose} />
      </Field>
      {to !== undefined && (
        <FoundBy to={to} value={by} source={source} onChange={(key) => onChange({ ...column, by: key })} />
      )}
    </>
  );
}
