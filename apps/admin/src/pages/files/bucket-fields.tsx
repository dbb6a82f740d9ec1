import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller, type UseFormReturn } from "react-hook-form";
import { problemOf } from "../../app/forms/refusal.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import type { BucketForm } from "./bucket-form.ts";

interface BucketFieldsProps {
  readonly form: UseFormReturn<BucketForm>;
  /** A bucket keeps its name. */
  readonly isNew: boolean;
}

/** What a bucket takes, and who reads it. */
export function BucketFields({ form, isNew }: BucketFieldsProps): ReactNode {
  const { t } = useLingui();
  const message = (field: keyof BucketForm, local: string) => problemOf(form, field, local);
  return (
    <>
      {isNew && (
        <Field
          label={t`Name`}
          required
          description={t`Part of the address of every file in it. It cannot be changed later.`}
          error={message("name", t`Write 3 to 63 of a-z, 0-9 and hyphens, with no hyphen at the ends.`)}
        >
          <Input autoFocus placeholder="photos" {...form.register("name")} />
        </Field>
      )}
      <Controller
        control={form.control}
        name="public"
        render={({ field }) => (
          <Field
            inline
            label={t`Public`}
            description={t`Anybody on the internet reads its files. Otherwise the rules of files say who does.`}
          >
            <Checkbox checked={field.value} onCheckedChange={(next) => field.onChange(next === true)} />
          </Field>
        )}
      />
      <Field
        label={t`Largest file, in MB`}
        description={isNew ? t`52.4 MB if it is left empty.` : undefined}
        error={message("megabytes", t`Write a number such as 10 or 2.5.`)}
      >
        <Input inputMode="decimal" {...form.register("megabytes")} />
      </Field>
      <Field
        label={t`Accepted types`}
        description={t`Media types, such as image/png or image/* for all images. All if it is left empty.`}
        error={message("types", "")}
      >
        <Input placeholder="image/*, application/pdf" {...form.register("types")} />
      </Field>
      {form.watch("public") && (
        <Field
          label={t`Cache time, in seconds`}
          description={t`For which browsers and proxies may show a file without asking whether it has changed.`}
          error={message("cache", t`Write a whole number.`)}
        >
          <Input inputMode="numeric" placeholder="0" {...form.register("cache")} />
        </Field>
      )}
    </>
  );
}
