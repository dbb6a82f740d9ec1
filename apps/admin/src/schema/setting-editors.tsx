import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, type FieldSetting, fieldType, type OnDelete, orderOf } from "@plinth/core";
import { type ComponentType, type ReactNode, useState } from "react";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field as FormField } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { NumberInput } from "../ui/number-input.tsx";
import { RadioGroup } from "../ui/radio-group.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { CollectionPicker } from "./collection-picker.tsx";
import { BucketEditor, ContentTypesEditor, DeleteWithItemEditor, MaxBytesEditor } from "./file-setting-editors.tsx";
import { PatternEditor } from "./pattern-editor.tsx";
import { textOf, tryValue } from "./try-value.ts";

export interface SettingProps {
  readonly field: Field;
  readonly onChange: (settings: Partial<Field>) => void;
  /** What is wrong with it. */
  readonly error: string | undefined;
  /** The field exists, and this setting stays as it is. */
  readonly frozen: boolean;
}

/** Settings that the values of an existing field depend on. */
export const FROZEN: ReadonlySet<FieldSetting> = new Set<FieldSetting>([
  "to",
  "via",
  "through",
  "target",
  "on_delete",
  "precision",
  "scale",
]);

const NOTHING = (): null => null;

/** The editor of each setting; those of lists are one editor of their own. */
export const SETTING_EDITORS: Readonly<Record<FieldSetting, ComponentType<SettingProps>>> = {
  min: (props) => <BoundEditor {...props} setting="min" />,
  max: (props) => <BoundEditor {...props} setting="max" />,
  min_length: (props) => <CountEditor {...props} setting="min_length" />,
  max_length: (props) => <CountEditor {...props} setting="max_length" />,
  pattern: PatternEditor,
  values: ValuesEditor,
  precision: (props) => <CountEditor {...props} setting="precision" />,
  scale: (props) => <CountEditor {...props} setting="scale" />,
  to: ToEditor,
  on_delete: OnDeleteEditor,
  target_access: TargetAccessEditor,
  bucket: BucketEditor,
  content_types: ContentTypesEditor,
  max_bytes: MaxBytesEditor,
  max_count: (props) => <CountEditor {...props} setting="max_count" />,
  delete_with_item: DeleteWithItemEditor,
  via: NOTHING,
  through: NOTHING,
  target: NOTHING,
};

/** Settings that stand beside each other. */
export const NARROW: ReadonlySet<FieldSetting> = new Set<FieldSetting>([
  "min",
  "max",
  "min_length",
  "max_length",
  "precision",
  "scale",
]);

function BoundEditor({
  field,
  onChange,
  error,
  setting,
}: SettingProps & { readonly setting: "min" | "max" }): ReactNode {
  const { t } = useLingui();
  const [text, setText] = useState(() => textOf(field[setting]));
  const [problem, setProblem] = useState<string>();
  const change = (next: string) => {
    setText(next);
    // Without the bounds themselves, which a bound need not fit.
    const { min: _min, max: _max, ...unbound } = field;
    const { value, problem: wrong } = tryValue(unbound, next);
    setProblem(wrong);
    if (wrong === undefined) onChange({ [setting]: value as string | number | undefined });
  };
  return (
    <FormField label={setting === "min" ? t`Smallest value` : t`Largest value`} error={problem ?? error}>
      <Input
        value={text}
        inputMode={fieldType(field).kind === "number" ? "decimal" : undefined}
        placeholder={fieldType(field).calendar?.zoned === false ? "2024-05-01" : undefined}
        onChange={(event) => change(event.target.value)}
      />
    </FormField>
  );
}

type CountSetting = "min_length" | "max_length" | "precision" | "scale" | "max_count";

function CountEditor({
  field,
  onChange,
  error,
  frozen,
  setting,
}: SettingProps & { readonly setting: CountSetting }): ReactNode {
  const { t } = useLingui();
  const labels: Readonly<Record<CountSetting, string>> = {
    min_length: t`Fewest characters`,
    max_length: t`Most characters`,
    precision: t`Digits in all`,
    scale: t`Digits after the point`,
    max_count: t`Most files`,
  };
  const usual: Readonly<Record<CountSetting, string>> = {
    min_length: "0",
    max_length: String(fieldType(field).inputSchema({ name: field.name, type: field.type }).maxLength ?? ""),
    precision: "18",
    scale: "2",
    max_count: "",
  };
  return (
    <FormField label={labels[setting]} error={error}>
      <NumberInput
        value={field[setting] ?? null}
        min={0}
        disabled={frozen}
        placeholder={usual[setting]}
        onValueChange={(value) => onChange({ [setting]: value ?? undefined })}
      />
    </FormField>
  );
}

function ValuesEditor({ field, onChange, error }: SettingProps): ReactNode {
  const { t } = useLingui();
  const [text, setText] = useState(() => (field.values ?? []).join("\n"));
  const change = (next: string) => {
    setText(next);
    const values = next.split("\n").map((line) => line.trim());
    const given = values.filter((value) => value !== "");
    onChange({ values: given.length > 0 ? given : undefined });
  };
  return (
    <FormField label={t`Choices`} description={t`One on each line, as the API shows them.`} error={error} required>
      <Textarea
        value={text}
        rows={4}
        placeholder={"draft\npublished"}
        onChange={(event) => change(event.target.value)}
      />
    </FormField>
  );
}

function ToEditor({ field, onChange, error, frozen }: SettingProps): ReactNode {
  const { t } = useLingui();
  if (fieldType(field).target !== undefined) return null;
  return (
    <FormField label={t`Leads to an item of`} error={error} required>
      <CollectionPicker value={field.to ?? null} onValueChange={(to) => onChange({ to })} disabled={frozen} />
    </FormField>
  );
}

function OnDeleteEditor({ field, onChange, error, frozen }: SettingProps): ReactNode {
  const { t } = useLingui();
  const to = field.to ?? t`the collection`;
  // A type that always refers to one collection says itself what happens where a definition does not.
  const usual = fieldType(field).target === undefined ? "restrict" : undefined;
  const options = [
    {
      value: "restrict",
      label: t`Refuse to delete it`,
      description: t`An item of ${to} cannot be deleted while items lead to it.`,
    },
    ...(orderOf(field)
      ? [
          {
            value: "set_null",
            label: t`Take it out of the list`,
            description: t`This item stays, and the others keep their order.`,
          } as const,
        ]
      : [
          {
            value: "set_null",
            label: t`Empty this field`,
            description: t`This item stays, and leads nowhere.`,
            disabled: field.required ?? false,
          } as const,
          {
            value: "cascade",
            label: t`Delete this item too`,
            description: t`This item is deleted together with it.`,
          } as const,
        ]),
  ] satisfies { value: OnDelete; label: string; description: string; disabled?: boolean }[];
  return (
    <FormField label={t`When the item it leads to is deleted`} error={error}>
      <RadioGroup
        value={field.on_delete ?? "restrict"}
        onValueChange={(on_delete: OnDelete) => onChange({ on_delete: on_delete === usual ? undefined : on_delete })}
        options={options}
        disabled={frozen}
      />
    </FormField>
  );
}

function TargetAccessEditor({ field, onChange, error }: SettingProps): ReactNode {
  const { t } = useLingui();
  return (
    <FormField
      inline
      label={t`Writers need not be able to read the item that they lead to`}
      description={<Trans>Otherwise an id that the writer may not read is refused.</Trans>}
      error={error}
    >
      <Checkbox
        checked={field.target_access === "none"}
        onCheckedChange={(on) => onChange({ target_access: on === true ? "none" : undefined })}
      />
    </FormField>
  );
}
