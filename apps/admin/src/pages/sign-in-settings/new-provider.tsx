import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import { DEFAULT_WORKSPACE_ID } from "@plinth/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Controller, useForm } from "react-hook-form";
import * as z from "zod";
import { API_URL } from "../../api/config.ts";
import { useApiMutation } from "../../api/hooks.ts";
import { useWorkspace, workspacesQuery } from "../../api/workspace.ts";
import { FormPage } from "../../app/forms/form-page.tsx";
import { problemOf } from "../../app/forms/refusal.ts";
import { useGo } from "../../app/links.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { KIND_LABELS, PROVIDER_KINDS, type SignInProvider } from "./provider.ts";

const schema = z.object({
  kind: z.enum(PROVIDER_KINDS),
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  issuer: z.string(),
  client_id: z.string().min(1),
  client_secret: z.string(),
  team_id: z.string(),
  key_id: z.string(),
  private_key: z.string(),
});

type ProviderForm = z.infer<typeof schema>;

const EMPTY: ProviderForm = {
  kind: "google",
  name: "google",
  issuer: "",
  client_id: "",
  client_secret: "",
  team_id: "",
  key_id: "",
  private_key: "",
};

/** Adds a provider; then shows the address that the provider has to know. */
export default function NewProvider(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [made, setMade] = useState<SignInProvider>();
  const form = useForm<ProviderForm>({ resolver: zodResolver(schema), defaultValues: EMPTY });
  const create = useApiMutation({
    run: (api, values: ProviderForm) => api.post<SignInProvider>("auth-providers", bodyOf(values)),
    changes: ["auth-providers"],
    onDone: setMade,
  });
  const [kind, name] = form.watch(["kind", "name"]);
  const message = (field: keyof ProviderForm, local: string) => problemOf(form, field, local);
  if (made) return <ProviderMade provider={made} onDone={() => go("sign-in/providers")} />;
  return (
    <FormPage
      list={{ path: "sign-in/providers", title: <Trans>Providers</Trans> }}
      title={t`New provider`}
      description={t`Register your app at the provider; it shows you the values that are asked for here.`}
      form={form}
      create={create}
      submitLabel={<Trans>Add provider</Trans>}
    >
      <Controller
        control={form.control}
        name="kind"
        render={({ field }) => (
          <Field label={t`Kind`}>
            <RadioGroup
              value={field.value}
              onValueChange={(next) => {
                field.onChange(next);
                if (!form.formState.dirtyFields.name) form.setValue("name", next === "oidc" ? "" : next);
              }}
              options={PROVIDER_KINDS.map((value) => ({ value, label: t(KIND_LABELS[value]) }))}
            />
          </Field>
        )}
      />
      <Field
        label={t`Name in addresses`}
        required
        error={message("name", t`Begin with a lower-case letter; then letters, digits and hyphens.`)}
      >
        <Input autoComplete="off" {...form.register("name")} />
      </Field>
      {/^[a-z][a-z0-9-]{0,39}$/.test(name) && <ReturnAddress name={name} />}
      {kind === "oidc" && (
        <Field label={t`Issuer`} required error={message("issuer", "")}>
          <Input placeholder="https://login.example.com" {...form.register("issuer")} />
        </Field>
      )}
      <Field
        label={kind === "apple" ? t`Services ID` : t`Client ID`}
        required
        error={message("client_id", t`The provider shows it for your app.`)}
      >
        <Input autoComplete="off" {...form.register("client_id")} />
      </Field>
      {kind === "apple" ? (
        <>
          <Field label={t`Team ID`} required error={message("team_id", "")}>
            <Input autoComplete="off" {...form.register("team_id")} />
          </Field>
          <Field label={t`Key ID`} required error={message("key_id", "")}>
            <Input autoComplete="off" {...form.register("key_id")} />
          </Field>
          <Field
            label={t`Private key`}
            required
            description={t`The text of the .p8 file.`}
            error={message("private_key", "")}
          >
            <Textarea rows={5} {...form.register("private_key")} />
          </Field>
        </>
      ) : (
        <Field
          label={t`Client secret`}
          description={t`It is stored encrypted and never shown again.`}
          error={message("client_secret", "")}
        >
          <Input type="password" autoComplete="off" {...form.register("client_secret")} />
        </Field>
      )}
    </FormPage>
  );
}

/** The provider asks for it before it shows the values of the form. */
function ReturnAddress({ name }: { readonly name: string }): ReactNode {
  const { t } = useLingui();
  const { slug } = useWorkspace();
  const { data } = useQuery(workspacesQuery);
  const id = data?.data.find((workspace) => workspace.slug === slug)?.id;
  if (id === undefined) return null;
  const path = id === DEFAULT_WORKSPACE_ID ? "" : `/t/${id}`;
  const address = `${API_URL}/api${path}/auth/callback/${name}`;
  return (
    <div className="flex flex-col gap-1">
      <span className="text-muted text-sm">
        <Trans>Return address (callback): the provider asks for it first.</Trans>
      </span>
      <div className="flex items-center gap-2 rounded-lg border bg-surface p-3">
        <code className="min-w-0 flex-1 break-all">{address}</code>
        <CopyButton text={address} label={t`Copy address`} />
      </div>
    </div>
  );
}

interface ProviderMadeProps {
  readonly provider: SignInProvider;
  readonly onDone: () => void;
}

function ProviderMade({ provider, onDone }: ProviderMadeProps): ReactNode {
  const { t } = useLingui();
  return (
    <div className="flex max-w-2xl flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`One step is left`}
        description={t`Enter this address at ${provider.label}, as the one to which it sends users back.`}
      />
      <div className="flex items-center gap-2 rounded-lg border bg-surface p-3">
        <code className="min-w-0 flex-1 break-all">{provider.callback_url}</code>
        <CopyButton text={provider.callback_url} label={t`Copy address`} labelled />
      </div>
      <div>
        <Button variant="primary" onClick={onDone}>
          <Trans>Done</Trans>
        </Button>
      </div>
    </div>
  );
}

/** Without what was left empty. */
function bodyOf({ kind, ...values }: ProviderForm): object {
  const known = Object.entries(values).filter(([, value]) => value !== "");
  return { kind, ...Object.fromEntries(known) };
}
