import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { Controller, useForm } from "react-hook-form";
import * as z from "zod";
import { useApiMutation } from "../../api/hooks.ts";
import { FormPage } from "../../app/forms/form-page.tsx";
import { KeyExpiry, KeyName } from "../../app/forms/key-fields.tsx";
import { useGo } from "../../app/links.ts";
import { Field } from "../../ui/field.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { type KeyKind, KIND_NAMES, KIND_NOTES, type NewApiKey } from "./api-key.ts";
import { KeyShown } from "./key-shown.tsx";
import { KeyScopeFields } from "./scope-fields.tsx";

const KINDS: readonly KeyKind[] = ["publishable", "secret", "scoped"];

const schema = z.object({
  name: z.string().trim().min(1).max(100),
  kind: z.enum(["publishable", "secret", "scoped"]),
  expires_at: z.string().nullable(),
  roles: z.array(z.string()),
  actions: z.array(z.string()),
  /** Null: all. */
  collections: z.array(z.string()).nullable(),
  /** One in a line. */
  ip_ranges: z.string(),
  rate_limit: z.number().nullable(),
});

export type KeyForm = z.infer<typeof schema>;

const EMPTY: KeyForm = {
  name: "",
  kind: "publishable",
  expires_at: null,
  roles: [],
  actions: ["read"],
  collections: null,
  ip_ranges: "",
  rate_limit: null,
};

/** Makes a key; the answer shows it once. */
export default function NewKey(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [made, setMade] = useState<NewApiKey>();
  const form = useForm<KeyForm>({ resolver: zodResolver(schema), defaultValues: EMPTY });
  const create = useApiMutation({
    run: (api, values: KeyForm) => api.post<NewApiKey>("keys", bodyOf(values)),
    changes: ["keys"],
    onDone: setMade,
  });
  const kind = form.watch("kind");
  if (made) return <KeyShown made={made} onDone={() => go("keys")} />;
  return (
    <FormPage
      list={{ path: "keys", title: <Trans>API keys</Trans> }}
      title={t`New key`}
      form={form}
      create={create}
      submitLabel={<Trans>Create key</Trans>}
    >
      <KeyName form={form} description={t`Where the key is used, such as "website".`} />
      <Controller
        control={form.control}
        name="kind"
        render={({ field }) => (
          <Field label={t`Kind`}>
            <RadioGroup
              boxed
              value={field.value}
              onValueChange={field.onChange}
              options={KINDS.map((value) => ({
                value,
                label: t(KIND_NAMES[value]),
                description: t(KIND_NOTES[value]),
              }))}
            />
          </Field>
        )}
      />
      {kind === "scoped" && <KeyScopeFields form={form} />}
      <KeyExpiry form={form} />
    </FormPage>
  );
}

/** Only a scoped key has a scope. */
function bodyOf({ name, kind, expires_at, roles, actions, collections, ip_ranges, rate_limit }: KeyForm): object {
  const ranges = ip_ranges.split(/[\s,]+/).filter((range) => range !== "");
  return {
    name,
    kind,
    ...(expires_at !== null && { expires_at }),
    ...(kind === "scoped" && { roles, actions, collections }),
    ...(kind === "scoped" && ranges.length > 0 && { ip_ranges: ranges }),
    ...(kind === "scoped" && rate_limit !== null && { rate_limit }),
  };
}
