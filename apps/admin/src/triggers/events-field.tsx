import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Path, UseFormReturn } from "react-hook-form";
import { problemOf } from "../app/forms/refusal.ts";
import { Field } from "../ui/field.tsx";
import { Textarea } from "../ui/textarea.tsx";

interface EventsFieldProps<V extends { readonly events: string }> {
  readonly form: UseFormReturn<V>;
}

/** Which changes count, such as `posts.create`. */
export function EventsField<V extends { readonly events: string }>({ form }: EventsFieldProps<V>): ReactNode {
  const { t } = useLingui();
  const name = "events" as Path<V>;
  return (
    <Field
      label={t`Events`}
      required
      description={t`Such as posts.create, posts.* or *.delete: a collection or *, and create, update, delete or *. One in a line.`}
      error={problemOf(form, name, t`Write at least one event.`)}
    >
      <Textarea {...form.register(name)} spellCheck={false} className="font-mono" />
    </Field>
  );
}
