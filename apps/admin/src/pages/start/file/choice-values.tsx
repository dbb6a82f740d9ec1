import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { SeenValue } from "../../../import/observed.ts";
import { Button } from "../../../ui/button.tsx";
import { Checkbox } from "../../../ui/checkbox.tsx";
import { Field } from "../../../ui/field.tsx";
import { type Column, choicesOf, mayBeChoice } from "./columns.ts";

interface ChoiceProps {
  readonly column: Column;
  readonly onChange: (column: Column) => void;
}

/** Offers a choice where a column of texts has few values that repeat. */
export function ChoiceHint({ column, onChange }: ChoiceProps): ReactNode {
  if (!mayBeChoice(column)) return null;
  const { distinct = [] } = column;
  const values = distinct.map(({ text, count }) => `${text} (${count})`).join(", ");
  return (
    <p className="text-muted text-xs">
      {plural(distinct.length, { one: "# value", other: "# different values" })}: {values}{" "}
      <Button
        variant="link"
        size="sm"
        className="text-xs"
        onClick={() => onChange({ ...column, type: "enum", isUnique: false })}
      >
        <Trans>Make it a choice</Trans>
      </Button>
    </p>
  );
}

/** The values of a choice, each with the rows that have it. One that is a slip is left out, and its rows are mended later. */
export function ChoiceValues({ column, onChange }: ChoiceProps): ReactNode {
  const { t } = useLingui();
  const { distinct = [], source } = column;
  const kept = choicesOf(column);
  const toggle = ({ text }: SeenValue, isKept: boolean) =>
    onChange({
      ...column,
      values: distinct.map((one) => one.text).filter((one) => (one === text ? isKept : kept.includes(one))),
    });
  const refused = distinct.filter(({ text }) => !kept.includes(text)).reduce((sum, { count }) => sum + count, 0);
  return (
    <fieldset className="flex min-w-0 flex-col gap-1">
      <legend className="sr-only">{t`Choices of ${source}`}</legend>
      <div className="flex max-h-48 flex-col gap-2 overflow-y-auto">
        {distinct.map((value) => (
          <Field key={value.text} inline label={<span className="break-all">{`${value.text} (${value.count})`}</span>}>
            <Checkbox
              checked={kept.includes(value.text)}
              // A choice has at least one value.
              disabled={kept.length === 1 && kept[0] === value.text}
              onCheckedChange={(on) => toggle(value, on === true)}
            />
          </Field>
        ))}
      </div>
      {refused > 0 && (
        <p className="text-warning-ink text-xs">
          {plural(refused, {
            one: "# row has another value: it will be refused, and you can mend it.",
            other: "# rows have other values: they will be refused, and you can mend them.",
          })}
        </p>
      )}
    </fieldset>
  );
}
