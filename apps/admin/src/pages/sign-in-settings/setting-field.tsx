import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { Switch } from "../../ui/switch.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import type { Setting } from "./settings.ts";

interface SettingFieldProps {
  readonly setting: Setting;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly error?: string | undefined;
}

/** One setting with the control of its kind. */
export function SettingField({ setting, value, onChange, error }: SettingFieldProps): ReactNode {
  const { t } = useLingui();
  const label = t(setting.label);
  const note = setting.note && t(setting.note);
  const inline = setting.kind === "switch";
  return (
    <Field label={label} description={note} error={error} inline={inline}>
      <Control setting={setting} value={value} onChange={onChange} />
    </Field>
  );
}

function Control({ setting, value, onChange }: Omit<SettingFieldProps, "error">): ReactNode {
  const { t } = useLingui();
  const text = typeof value === "string" ? value : "";
  const list = Array.isArray(value) ? value.map(String) : [];
  switch (setting.kind) {
    case "switch":
      return <Switch checked={value === true} onCheckedChange={onChange} />;
    case "number":
      return (
        <NumberInput
          min={setting.min}
          max={setting.max}
          value={typeof value === "number" ? value : null}
          onValueChange={onChange}
          className="max-w-40"
        />
      );
    case "choice":
      return (
        <RadioGroup
          value={text}
          onValueChange={(chosen) => onChange(chosen === "" ? null : chosen)}
          options={setting.options.map((option) => ({ value: option.value, label: t(option.label) }))}
        />
      );
    case "choices":
      return (
        <div className="flex flex-col gap-2">
          {setting.options.map((option) => (
            <Field key={option.value} inline label={t(option.label)}>
              <Checkbox
                checked={list.includes(option.value)}
                onCheckedChange={(checked) =>
                  onChange(checked === true ? [...list, option.value] : list.filter((one) => one !== option.value))
                }
              />
            </Field>
          ))}
        </div>
      );
    case "list":
      return (
        <Textarea
          rows={3}
          placeholder={setting.placeholder}
          defaultValue={list.join("\n")}
          onChange={(event) => onChange(linesOf(event.target.value))}
        />
      );
    default:
      return (
        <Input
          type={setting.kind === "secret" ? "password" : "text"}
          autoComplete="off"
          placeholder={setting.placeholder}
          maxLength={setting.maxLength}
          value={text}
          onChange={(event) => onChange(event.target.value === "" ? null : event.target.value)}
        />
      );
  }
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
