import { useLingui } from "@lingui/react/macro";
import type { Bucket } from "@plinth/client/files";
import { type ReactNode, useState } from "react";
import { useApiList } from "../api/hooks.ts";
import { Checkbox } from "../ui/checkbox.tsx";
import { Combobox } from "../ui/combobox.tsx";
import { Field as FormField } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { NumberInput } from "../ui/number-input.tsx";
import type { SettingProps } from "./setting-editors.tsx";

/** What a field takes that refers to a file. */

const MB = 1_000_000;

export function BucketEditor({ field, onChange, error }: SettingProps): ReactNode {
  const { t } = useLingui();
  const { rows } = useApiList<Bucket>("buckets");
  return (
    <FormField label={t`Bucket`} description={t`Files of all buckets fit if it is left empty.`} error={error}>
      <Combobox
        value={field.bucket ?? null}
        onValueChange={(bucket) => onChange({ bucket: bucket ?? undefined })}
        source={rows.map(({ name }) => ({ value: name, label: name }))}
        clearable
      />
    </FormField>
  );
}

export function ContentTypesEditor({ field, onChange, error }: SettingProps): ReactNode {
  const { t } = useLingui();
  const [text, setText] = useState(() => (field.content_types ?? []).join(", "));
  const change = (next: string) => {
    setText(next);
    const types = next.split(/[\s,]+/).filter((type) => type !== "");
    onChange({ content_types: types.length > 0 ? types : undefined });
  };
  return (
    <FormField
      label={t`Accepted types`}
      description={t`Media types, such as image/png or image/* for all images. All if it is left empty.`}
      error={error}
    >
      <Input value={text} placeholder="image/*, application/pdf" onChange={(event) => change(event.target.value)} />
    </FormField>
  );
}

export function MaxBytesEditor({ field, onChange, error }: SettingProps): ReactNode {
  const { t } = useLingui();
  return (
    <FormField label={t`Largest file, in MB`} error={error}>
      <NumberInput
        value={field.max_bytes === undefined ? null : field.max_bytes / MB}
        min={0}
        onValueChange={(megabytes) =>
          onChange({ max_bytes: megabytes === null ? undefined : Math.max(1, Math.round(megabytes * MB)) })
        }
      />
    </FormField>
  );
}

export function DeleteWithItemEditor({ field, onChange, error }: SettingProps): ReactNode {
  const { t } = useLingui();
  return (
    <FormField
      inline
      label={t`Delete the file with the item`}
      description={t`Whichever way the item is deleted. An undo brings both back.`}
      error={error}
    >
      <Checkbox
        checked={field.delete_with_item ?? false}
        onCheckedChange={(on) => onChange({ delete_with_item: on === true || undefined })}
      />
    </FormField>
  );
}
