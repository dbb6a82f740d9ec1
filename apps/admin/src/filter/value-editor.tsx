import { useLingui } from "@lingui/react/macro";
import { type Field, fieldType, type Json } from "@plinth/core";
import { Variable, X } from "lucide-react";
import { useState } from "react";
import { ItemPicker } from "../data/item-picker.tsx";
import { Badge } from "../ui/badge.tsx";
import { DateTimeInput } from "../ui/date-time-input.tsx";
import { DropdownMenu } from "../ui/dropdown-menu.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { Textarea } from "../ui/textarea.tsx";
import type { FilterOperator } from "./operators.ts";
import { OFFERED_PERIODS, ownZone, readPeriod } from "./periods.ts";
import { asPlain, isVariable, readList, readValue, textOf } from "./values.ts";
import { periodWords, variablesFor, variableWords } from "./variables.ts";

export interface ValueEditorProps {
  field: Field;
  operator: FilterOperator;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  /** The condition is about a value within JSON. */
  inside: boolean;
  /** The caller may stand for a value, as in rules. */
  inRules: boolean;
}

export function ValueEditor(props: ValueEditorProps) {
  const { field, operator, value, onChange, inRules } = props;
  const { t, i18n } = useLingui();
  if (operator.operand === "none") return null;
  if (operator.operand === "period") return <PeriodEditor value={value} onChange={onChange} />;
  const choices = operator.operand === "pair" ? [] : variablesFor(field, inRules, operator.operand === "list");
  if (isVariable(value)) {
    return (
      <span className="flex min-h-8 min-w-0 items-center gap-1">
        <Badge tone="info">{variableWords(value, field, i18n) ?? textOf(value)}</Badge>
        <IconButton
          size="sm"
          label={t`Enter a value instead`}
          icon={<X aria-hidden />}
          onClick={() => onChange(undefined)}
        />
      </span>
    );
  }
  return (
    <span className="flex min-w-0 items-start gap-1">
      <span className="min-w-0 flex-1">
        <PlainEditor {...props} />
      </span>
      {choices.length > 0 && (
        <DropdownMenu
          trigger={
            <IconButton
              label={inRules ? t`Use a variable` : t`A time relative to now`}
              icon={<Variable aria-hidden />}
            />
          }
          entries={choices.map((choice) => ({ label: t(choice.label), onSelect: () => onChange(choice.value) }))}
        />
      )}
    </span>
  );
}

/** The zone in which days begin is stated, as it is part of the filter. */
function PeriodEditor({ value, onChange }: Pick<ValueEditorProps, "value" | "onChange">) {
  const { t, i18n } = useLingui();
  const name = typeof value === "string" ? value : null;
  const names = name === null || OFFERED_PERIODS.includes(name) ? OFFERED_PERIODS : [...OFFERED_PERIODS, name];
  const zone = readPeriod(name ?? "")?.zone ?? ownZone();
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <Select
        aria-label={t`Value`}
        value={name}
        options={names.map((one) => ({ value: one, label: periodWords(one, i18n) ?? one }))}
        onValueChange={onChange}
      />
      <span className="text-muted text-xs">{t`Time zone: ${zone}`}</span>
    </span>
  );
}

function PlainEditor({ field, operator, value, onChange, inside }: ValueEditorProps) {
  const { t } = useLingui();
  if (operator.operand === "list") return <ListInput field={field} value={value} onChange={onChange} inside={inside} />;
  if (operator.operand === "pair") return <PairInput field={field} value={value} onChange={onChange} inside={inside} />;
  if (operator.operand === "text") {
    return (
      <Input
        aria-label={t`Value`}
        value={textOf(value)}
        onChange={(event) => onChange(event.target.value === "" ? undefined : asPlain(event.target.value))}
      />
    );
  }
  return <OneInput label={t`Value`} field={field} value={value} onChange={onChange} inside={inside} />;
}

interface InputProps {
  field: Field;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  inside: boolean;
}

function OneInput({ label, field, value, onChange, inside }: InputProps & { label: string }) {
  const { t } = useLingui();
  const { kind } = fieldType(field);
  const text = textOf(value);
  if (!inside && field.to !== undefined) {
    return (
      <ItemPicker
        aria-label={label}
        collection={field.to}
        value={text === "" ? null : text}
        onValueChange={(id) => onChange(id ?? undefined)}
      />
    );
  }
  if (!inside && kind === "boolean") {
    const options = [
      { value: "true", label: t`yes` },
      { value: "false", label: t`no` },
    ] as const;
    return (
      <Select
        aria-label={label}
        value={text === "true" || text === "false" ? text : null}
        options={options}
        onValueChange={(next) => onChange(next === "true")}
      />
    );
  }
  if (!inside && field.values !== undefined) {
    const options = field.values.map((choice) => ({ value: choice, label: choice }));
    return <Select aria-label={label} value={text === "" ? null : text} options={options} onValueChange={onChange} />;
  }
  if (!inside && kind === "time") {
    return (
      <DateTimeInput
        aria-label={label}
        kind={fieldType(field).storage === "date" ? "date" : "datetime"}
        value={text === "" ? null : text}
        onValueChange={(next) => onChange(next ?? undefined)}
      />
    );
  }
  return <TextInput key={kind} label={label} field={field} value={value} onChange={onChange} inside={inside} />;
}

/** Keeps what was typed while it is no value yet: "1." on the way to "1.5". */
function TextInput({ label, field, value, onChange, inside }: InputProps & { label: string }) {
  const [draft, setDraft] = useState<string>();
  const unreadable = draft !== undefined && draft !== "" && readValue(draft, field, inside) === undefined;
  return (
    <Input
      aria-label={label}
      inputMode={fieldType(field).kind === "number" ? "decimal" : undefined}
      {...(unreadable ? { "aria-invalid": true } : {})}
      value={draft ?? textOf(value)}
      onChange={(event) => {
        setDraft(event.target.value);
        onChange(readValue(event.target.value, field, inside));
      }}
      onBlur={() => !unreadable && setDraft(undefined)}
    />
  );
}

function PairInput({ field, value, onChange, inside }: InputProps) {
  const { t } = useLingui();
  const [half, setHalf] = useState<readonly [Json | undefined, Json | undefined]>([undefined, undefined]);
  const [low, high] = Array.isArray(value) ? [value[0], value[1]] : half;
  const change = (next: readonly [Json | undefined, Json | undefined]) => {
    setHalf(next);
    const [from, to] = next;
    onChange(from === undefined || to === undefined ? undefined : [from, to]);
  };
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-1 [&>*]:min-w-32 [&>*]:flex-1">
      <OneInput label={t`From`} field={field} value={low} onChange={(next) => change([next, high])} inside={inside} />
      <OneInput label={t`To`} field={field} value={high} onChange={(next) => change([low, next])} inside={inside} />
    </span>
  );
}

function ListInput({ field, value, onChange, inside }: InputProps) {
  const { t } = useLingui();
  const [draft, setDraft] = useState<string>();
  const shown = Array.isArray(value) ? value.map(textOf).join("\n") : "";
  const unreadable = draft !== undefined && draft.trim() !== "" && readList(draft, field, inside) === undefined;
  return (
    <Textarea
      aria-label={t`Values, one a line`}
      placeholder={t`One a line, or between commas`}
      rows={1}
      className="min-h-8"
      {...(unreadable ? { "aria-invalid": true } : {})}
      value={draft ?? shown}
      onChange={(event) => {
        setDraft(event.target.value);
        onChange(readList(event.target.value, field, inside));
      }}
      onBlur={() => !unreadable && setDraft(undefined)}
    />
  );
}
