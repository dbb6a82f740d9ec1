import { useLingui } from "@lingui/react/macro";
import { fieldType } from "@plinth/core";
import { type ReactNode, useState } from "react";
import { Field as FormField } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import type { SettingProps } from "./setting-editors.tsx";
import { constantOf, textOf, tryValue } from "./try-value.ts";
import { ValueControl } from "./value-control.tsx";

const NONE = "none";
const CONSTANT = "constant";

/** What an item gets that is made without the field: nothing, a value of its own time, or a constant. */
export function DefaultEditor({ field, onChange, error }: Omit<SettingProps, "frozen">): ReactNode {
  const { t } = useLingui();
  const { defaults } = fieldType(field);
  const generated = defaults.find((one) => one === field.default);
  const [isConstant, setConstant] = useState(field.default !== undefined && generated === undefined);
  const [text, setText] = useState(() => (generated ? "" : textOf(field.default)));
  const labels = { $now: t`The time of creation`, $uuid: t`A new UUID` };
  // An existing item gets the default too, so a unique field can have none that is the same for all.
  const mayBeConstant = !field.unique && fieldType(field).kind !== "reference";
  const set = (next: string) => {
    setText(next);
    const { value, problem } = tryValue(field, next);
    if (problem === undefined) onChange({ default: value === undefined ? undefined : constantOf(value) });
  };
  const choose = (choice: string) => {
    setConstant(choice === CONSTANT);
    if (choice !== CONSTANT) onChange({ default: choice === NONE ? undefined : choice });
    else set(fieldType(field).kind === "boolean" ? "false" : text);
  };
  if (defaults.length === 0 && !mayBeConstant && !isConstant) return null;
  const { problem } = isConstant ? tryValue(field, text) : { problem: undefined };
  return (
    <>
      <FormField label={t`If nothing is given`} error={isConstant ? undefined : error}>
        <Select
          value={isConstant ? CONSTANT : (generated ?? NONE)}
          onValueChange={choose}
          options={[
            { value: NONE, label: field.required ? t`Refuse the item` : t`Leave it empty` },
            ...defaults.map((name) => ({ value: name as string, label: labels[name] })),
            ...(mayBeConstant ? [{ value: CONSTANT, label: t`Use a fixed value` }] : []),
          ]}
        />
      </FormField>
      {isConstant && (
        <FormField label={t`Fixed value`} error={problem ?? error}>
          <ValueControl field={field} text={text} onText={set} />
        </FormField>
      )}
    </>
  );
}
