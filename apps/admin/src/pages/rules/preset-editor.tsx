import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, fieldType, type Json } from "@plinth/core";
import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";
import { presetOf } from "./rules.ts";

interface PresetEditorProps {
  readonly fields: readonly Field[];
  readonly value: Record<string, Json> | null;
  readonly onChange: (value: Record<string, Json> | null) => void;
}

/** Values for fields that are missing when an item is made: constants, or variables such as `$user.id`. */
export function PresetEditor({ fields, value, onChange }: PresetEditorProps): ReactNode {
  const { t } = useLingui();
  const entries = Object.entries(value ?? {});
  const write = (next: readonly (readonly [string, Json])[]) =>
    onChange(next.length > 0 ? Object.fromEntries(next) : null);
  const free = fields.map(({ name }) => name).filter((name) => !entries.some(([taken]) => taken === name));
  const isText = (name: string) => fields.some((field) => field.name === name && fieldType(field).kind === "text");
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="font-medium text-sm">
        <Trans>Values that are set</Trans>
      </legend>
      <p className="text-muted text-xs">
        <Trans>For fields that the caller leaves out, such as a state or $user.id.</Trans>
      </p>
      {entries.map(([name, preset], index) => (
        <div key={name} className="flex items-center gap-2">
          <Select
            aria-label={t`Field`}
            value={name}
            onValueChange={(next) => write(entries.map((entry, at) => (at === index ? [next, preset] : entry)))}
            options={[name, ...free].map((one) => ({ value: one, label: one }))}
          />
          <Input
            aria-label={t`Value of ${name}`}
            value={typeof preset === "string" ? preset : JSON.stringify(preset)}
            onChange={(event) =>
              write(
                entries.map((entry, at) => (at === index ? [name, presetOf(event.target.value, isText(name))] : entry)),
              )
            }
          />
          <IconButton
            label={t`Remove ${name}`}
            icon={<X aria-hidden />}
            onClick={() => write(entries.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      {free.length > 0 && (
        <Button
          size="sm"
          className="self-start"
          icon={<Plus aria-hidden />}
          onClick={() => write([...entries, [free[0]!, ""]])}
        >
          <Trans>Set a value</Trans>
        </Button>
      )}
    </fieldset>
  );
}
