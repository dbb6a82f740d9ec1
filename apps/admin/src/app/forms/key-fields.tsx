import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller, type Path, type UseFormReturn } from "react-hook-form";
import { DateTimeInput } from "../../ui/date-time-input.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { problemOf } from "./refusal.ts";

/** What the form of every kind of key has. */
interface KeyValues {
  readonly name: string;
  readonly expires_at: string | null;
}

interface KeyFieldProps<V extends KeyValues> {
  readonly form: UseFormReturn<V>;
}

interface KeyNameProps<V extends KeyValues> extends KeyFieldProps<V> {
  readonly description: string;
}

/** By what people know a key. */
export function KeyName<V extends KeyValues>({ form, description }: KeyNameProps<V>): ReactNode {
  const { t } = useLingui();
  const name = "name" as Path<V>;
  return (
    <Field
      label={t`Name`}
      required
      description={description}
      error={problemOf(form, name, t`Write a name of 1 to 100 characters.`)}
    >
      <Input maxLength={100} {...form.register(name)} autoFocus />
    </Field>
  );
}

/** When a key ends by itself. */
export function KeyExpiry<V extends KeyValues>({ form }: KeyFieldProps<V>): ReactNode {
  const { t } = useLingui();
  const name = "expires_at" as Path<V>;
  return (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => (
        <Field
          label={t`Expires`}
          description={t`Without a time, the key counts until you revoke it.`}
          error={problemOf(form, name, "")}
        >
          <DateTimeInput
            kind="datetime"
            step={60}
            value={field.value as string | null}
            onValueChange={field.onChange}
            className="max-w-64"
          />
        </Field>
      )}
    />
  );
}
