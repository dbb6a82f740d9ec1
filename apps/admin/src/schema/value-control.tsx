import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, type FieldTypeDefinition, fieldType, longestText } from "@plinth/core";
import type { ComponentType, ReactNode } from "react";
import { useCollection } from "../data/collections.ts";
import { ItemPicker } from "../data/item-picker.tsx";
import { Badge } from "../ui/badge.tsx";
import { DateTimeInput } from "../ui/date-time-input.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { Switch } from "../ui/switch.tsx";
import { Textarea } from "../ui/textarea.tsx";

export interface ValueControlProps {
  readonly field: Field;
  /** As it is typed: `true`, `12.50`, `2024-05-01`. */
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly "aria-label"?: string;
}

type Kind = FieldTypeDefinition["kind"];

/** Texts that may be longer get several lines. */
const LONG_TEXT = 1000;

const CONTROLS: Readonly<Record<Kind, ComponentType<ValueControlProps>>> = {
  text: TextControl,
  uuid: LineControl,
  number: NumberControl,
  time: TimeControl,
  boolean: ({ text, onText, ...aria }) => (
    <Switch {...aria} checked={text === "true"} onCheckedChange={(on) => onText(String(on))} />
  ),
  json: ({ text, onText, ...aria }) => (
    <Textarea
      {...aria}
      value={text}
      spellCheck={false}
      className="font-mono"
      onChange={(event) => onText(event.target.value)}
    />
  ),
  reference: ReferenceControl,
  list: RelatedLook,
};

/** The editor of a value, as forms show it. */
export function ValueControl(props: ValueControlProps): ReactNode {
  const Control = CONTROLS[fieldType(props.field).kind];
  return <Control {...props} />;
}

function LineControl({ text, onText, field: _, ...aria }: ValueControlProps): ReactNode {
  return <Input {...aria} value={text} onChange={(event) => onText(event.target.value)} />;
}

function TextControl(props: ValueControlProps): ReactNode {
  const { field, text, onText, ...aria } = props;
  const { enum: values } = fieldType(field).inputSchema(field);
  if (Array.isArray(values)) {
    const options = values.map((value) => ({ value: String(value), label: String(value) }));
    return <Select {...aria} value={text === "" ? null : text} onValueChange={onText} options={options} />;
  }
  if (longestText(field) <= LONG_TEXT) return <LineControl {...props} />;
  return <Textarea {...aria} value={text} onChange={(event) => onText(event.target.value)} />;
}

function NumberControl({ text, onText, field: _, ...aria }: ValueControlProps): ReactNode {
  return <Input {...aria} inputMode="decimal" value={text} onChange={(event) => onText(event.target.value)} />;
}

function TimeControl({ field, text, onText, ...aria }: ValueControlProps): ReactNode {
  const kind = fieldType(field).calendar?.zoned ? "datetime" : "date";
  return (
    <DateTimeInput
      {...aria}
      kind={kind}
      value={text === "" ? null : text}
      onValueChange={(value) => onText(value ?? "")}
    />
  );
}

/** An item is found by its title, where there is the collection already. */
function ReferenceControl(props: ValueControlProps): ReactNode {
  const { field, text, onText, ...aria } = props;
  const target = useCollection(field.to ?? "");
  if (!target) return <RelatedLook {...props} />;
  return (
    <ItemPicker
      {...aria}
      collection={target.slug}
      value={text === "" ? null : text}
      onValueChange={(id) => onText(id ?? "")}
      clearable={!field.required}
    />
  );
}

/** A list is edited in the page of its item, with the items that it shows: here its look alone. */
function RelatedLook({ field }: ValueControlProps): ReactNode {
  const { t } = useLingui();
  const to = field.to ?? t`the collection`;
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-1.5 rounded-md border border-dashed px-2 py-1 text-muted text-sm">
      <Badge>
        <Trans>An item of {to}</Trans>
      </Badge>
      {fieldType(field).kind === "list" && (
        <Badge>
          <Trans>Another one</Trans>
        </Badge>
      )}
      <Trans>found by typing its name</Trans>
    </div>
  );
}
