import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { Bucket, S3KeyWithSecret } from "@plinth/client/files";
import { type ReactNode, useState } from "react";
import { Controller, useForm } from "react-hook-form";
import * as z from "zod";
import { useApiListUntil, useApiMutation } from "../../api/hooks.ts";
import { FormPage } from "../../app/forms/form-page.tsx";
import { KeyExpiry, KeyName } from "../../app/forms/key-fields.tsx";
import { problemOf } from "../../app/forms/refusal.ts";
import { useGo } from "../../app/links.ts";
import { optionsOf, valuesOf } from "../../data/role-options.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { MultiCombobox } from "../../ui/multi-combobox.tsx";
import { S3KeyShown } from "./s3-key-shown.tsx";

const schema = z.object({
  name: z.string().trim().min(1).max(100),
  /** Empty: all. */
  buckets: z.array(z.string()),
  prefix: z.string().max(700),
  read_only: z.boolean(),
  expires_at: z.string().nullable(),
});

type S3KeyForm = z.infer<typeof schema>;

const EMPTY: S3KeyForm = { name: "", buckets: [], prefix: "", read_only: false, expires_at: null };

/** Makes an access key; the answer shows its secret once. */
export default function NewS3Key(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const { rows: buckets } = useApiListUntil<Bucket>("buckets", {}, () => false);
  const [made, setMade] = useState<S3KeyWithSecret>();
  const form = useForm<S3KeyForm>({ resolver: zodResolver(schema), defaultValues: EMPTY });
  const create = useApiMutation({
    run: (api, values: S3KeyForm) =>
      api.post<S3KeyWithSecret>("s3-keys", { ...values, buckets: values.buckets.length > 0 ? values.buckets : null }),
    changes: ["s3-keys"],
    onDone: setMade,
  });
  if (made)
    return <S3KeyShown made={made} bucket={made.buckets?.[0] ?? buckets[0]?.name} onDone={() => go("s3-keys")} />;
  return (
    <FormPage
      list={{ path: "s3-keys", title: <Trans>S3 keys</Trans> }}
      title={t`New S3 key`}
      description={t`Within its limits, a key reads and changes all files: rules do not bind it.`}
      form={form}
      create={create}
      submitLabel={<Trans>Create S3 key</Trans>}
    >
      <KeyName form={form} description={t`Where the key is used, such as "nightly backup".`} />
      <Controller
        control={form.control}
        name="buckets"
        render={({ field }) => (
          <Field
            label={t`Buckets`}
            description={t`Without one, all of them, also those made later.`}
            error={problemOf(form, "buckets", "")}
          >
            <MultiCombobox
              addLabel={t`Add bucket`}
              value={optionsOf(field.value)}
              onValueChange={(chosen) => field.onChange(valuesOf(chosen))}
              source={optionsOf(buckets.map(({ name }) => name))}
            />
          </Field>
        )}
      />
      <Field
        label={t`Paths begin with`}
        description={t`Such as team-a/ for one folder. The key sees no other files. All if it is left empty.`}
        error={problemOf(form, "prefix", t`Write at most 700 characters.`)}
      >
        <Input {...form.register("prefix")} spellCheck={false} className="max-w-96" />
      </Field>
      <Controller
        control={form.control}
        name="read_only"
        render={({ field }) => (
          <Field inline label={t`Reads only`} description={t`It stores and deletes nothing.`}>
            <Checkbox checked={field.value} onCheckedChange={(next) => field.onChange(next === true)} />
          </Field>
        )}
      />
      <KeyExpiry form={form} />
    </FormPage>
  );
}
