import { Trans, useLingui } from "@lingui/react/macro";
import type { Json } from "@plinth/core";
import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { Select } from "../../ui/select.tsx";

interface PresetEditorProps {
  readonly fields: readonly string[];
  readonly value: Record<string, Json> | null;
  readonly onChange: (value: Record<string, Json> | null) => void;
}

/** Values for fields that are missing when an item is made: constants, or variables such as `$user.id`. */
export function PresetEditor({ fields, value, onChange }: PresetEditorProps): ReactNode {
  const { t } = useLingui();
  const entries = Object.entries(value ?? {});
  const write = (next: readonly (readonly [string, Json])[]) =>
    onChange(next.length > 0 ? Object.fromEntries(next) : null);
  const free = fields.filter((name) => !entries.some(([taken]) => taken === name));
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
              write(entries.map((entry, at) => (at === index ? [name, valueIn(event.target.value)] : entry)))
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

/** Numbers, booleans and null as such; everything else is a text. */
function valueIn(text: string): Json {
  return /^(true|false|null|-?\d+(\.\d+)?)$/.test(text) ? (JSON.parse(text) as Json) : text;
}
