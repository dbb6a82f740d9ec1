import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { problemOf } from "../app/forms/refusal.ts";
import { Field } from "../ui/field.tsx";
import { Textarea } from "../ui/textarea.tsx";
import type { TriggerFieldsProps } from "./trigger-form.ts";

/** Which jobs count that have failed for good. */
export function JobFailedFields({ form }: TriggerFieldsProps): ReactNode {
  const { t } = useLingui();
  const fields = [
    { name: "queues", label: t`Queues`, hint: t`Such as mail or mail-*, one in a line. Empty: all.` },
    { name: "kinds", label: t`Kinds`, hint: t`task, http, function or flow, one in a line. Empty: all.` },
    { name: "names", label: t`Names`, hint: t`One in a line. Empty: any.` },
  ] as const;
  return fields.map(({ name, label, hint }) => (
    <Field key={name} label={label} description={hint} error={problemOf(form, name, "")}>
      <Textarea {...form.register(name)} rows={1} spellCheck={false} className="min-h-8 font-mono" />
    </Field>
  ));
}
