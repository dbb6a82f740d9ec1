import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller } from "react-hook-form";
import { problemOf } from "../app/forms/refusal.ts";
import { CodeEditor } from "../ui/code-editor.tsx";
import { Field } from "../ui/field.tsx";
import type { TriggerFieldsProps } from "./trigger-form.ts";

/** Which items count. */
export function FilterField({ form }: TriggerFieldsProps): ReactNode {
  const { t } = useLingui();
  return (
    <Controller
      control={form.control}
      name="filter"
      render={({ field }) => (
        <Field
          label={t`Only items like this`}
          description={t`A filter as the API takes it, such as {"paid": false}. Empty: all.`}
          error={problemOf(form, "filter", t`This is not a JSON object.`)}
        >
          <CodeEditor language="json" value={field.value} onValueChange={field.onChange} />
        </Field>
      )}
    />
  );
}
