import { Trans, useLingui } from "@lingui/react/macro";
import { fieldType, isReference } from "@plinth/core";
import type { ReactNode } from "react";
import { useCollection } from "../../../data/collections.ts";
import { CollectionPicker } from "../../../schema/collection-picker.tsx";
import { FIELD_LOOKS } from "../../../schema/field-looks.ts";
import { Button } from "../../../ui/button.tsx";
import { Checkbox } from "../../../ui/checkbox.tsx";
import { cn } from "../../../ui/cn.ts";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";
import { Select } from "../../../ui/select.tsx";
import { type Column, typesFor } from "./columns.ts";

interface ColumnRowProps {
  readonly column: Column;
  readonly problem: string | undefined;
  readonly onChange: (column: Column) => void;
  /** The file has this text for "no value". */
  readonly onNull: (text: string) => void;
}

/** A column of the file, and its field. */
export function ColumnRow({ column, problem, onChange, onNull }: ColumnRowProps): ReactNode {
  const { t } = useLingui();
  const { source, name, type, isKept, isUnique, samples } = column;
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
        {isKept && <Hint column={column} onNull={onNull} />}
      </div>
      {isKept && (
        <>
          <Field label={t`Name of the field for ${source}`} hideLabel error={problem}>
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
            {isReference({ name, type }) ? (
              <RelationChoice column={column} onChange={onChange} />
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

/** Why a column that is mostly of one type is text, and what helps. */
function Hint({ column, onNull }: Pick<ColumnRowProps, "column" | "onNull">): ReactNode {
  const { t } = useLingui();
  const { almost, mixed } = column.found;
  if (almost) {
    const [first] = almost.others;
    const percent = Math.floor(almost.share * 100);
    const label = t(FIELD_LOOKS[almost.type].label);
    return (
      <p className="pl-6 text-warning-ink text-xs">
        <Trans>
          {percent} % are of the type “{label}”, but line {first!.line} has “{first!.text}”.
        </Trans>{" "}
        {almost.others.map(({ text }) => (
          <Button key={text} variant="link" size="sm" className="mr-2 text-xs" onClick={() => onNull(text)}>
            <Trans>“{text}” means no value</Trans>
          </Button>
        ))}
      </p>
    );
  }
  return mixed ? (
    <p className="pl-6 text-warning-ink text-xs">
      <Trans>Values of several types: kept as text.</Trans>
    </p>
  ) : null;
}

/** Which items a column names, and by which of their unique fields. */
function RelationChoice({ column, onChange }: Pick<ColumnRowProps, "column" | "onChange">): ReactNode {
  const { t } = useLingui();
  const target = useCollection(column.to ?? "");
  const keys = ["id", ...(target?.fields ?? []).filter(({ unique }) => unique).map(({ name }) => name)];
  return (
    <>
      <CollectionPicker value={column.to ?? null} onValueChange={(to) => onChange({ ...column, to, by: undefined })} />
      {target && (
        <Select
          aria-label={t`Found by`}
          value={column.by ?? "id"}
          onValueChange={(by) => onChange({ ...column, by })}
          options={keys.map((key) => ({ value: key, label: t`found by its ${key}` }))}
        />
      )}
    </>
  );
}
