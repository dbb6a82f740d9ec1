import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { AiSettings } from "@plinth/client/ai";
import { type ReactNode, useMemo } from "react";
import { Controller, type UseFormReturn, useForm } from "react-hook-form";
import { useApiMutation } from "../../api/hooks.ts";
import { KEEP_TYPED } from "../../app/forms/keep-typed.ts";
import { problemOf } from "../../app/forms/refusal.ts";
import { showRefusalAt } from "../../app/forms/show-refusal-at.ts";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { Select } from "../../ui/select.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { toast } from "../../ui/toast.ts";
import { AI_PROVIDERS, type AiForm, aiChangeOf, aiForm, aiFormOf } from "./ai-form.ts";

const showAiRefusal = showRefusalAt<AiForm>((named) => {
  const [field = ""] = named.split(".");
  return Object.hasOwn(aiForm.shape, field) ? (field as keyof AiForm) : undefined;
});

/** Sets the endpoint, its key, the models that may be asked, and the budget. */
export function AiSettingsForm({ stored }: { readonly stored: AiSettings }): ReactNode {
  const { t } = useLingui();
  const values = useMemo(() => aiFormOf(stored), [stored]);
  const form = useForm<AiForm>({ resolver: zodResolver(aiForm), values, resetOptions: KEEP_TYPED });
  const { isDirty, errors } = form.formState;
  useLeaveGuard(isDirty);
  const save = useApiMutation({
    run: (api, typed: AiForm) => api.patch<AiSettings>("ai-settings", aiChangeOf(typed, stored)),
    changes: ["ai-settings"],
    onDone: (after) => {
      form.reset(aiFormOf(after));
      toast.success(t`The settings are saved`);
    },
  });
  const submit = form.handleSubmit((typed) => save.mutateAsync(typed).catch((error) => showAiRefusal(form, error)));
  return (
    <form onSubmit={submit} noValidate>
      <Card
        title={t`Settings`}
        footer={
          <Button type="submit" variant="primary" disabled={!isDirty} pending={save.isPending}>
            <Trans>Save</Trans>
          </Button>
        }
      >
        <div className="flex max-w-xl flex-col gap-5">
          <EndpointFields form={form} stored={stored} />
          <ModelFields form={form} isServers={stored.from === "server"} />
          {errors.root && <ErrorState inline error={save.error} />}
        </div>
      </Card>
    </form>
  );
}

interface FieldsProps {
  readonly form: UseFormReturn<AiForm>;
}

function EndpointFields({ form, stored }: FieldsProps & { readonly stored: AiSettings }): ReactNode {
  const { t } = useLingui();
  const url = form.watch("url");
  const known = AI_PROVIDERS.find((one) => one.url === url);
  const isElsewhere = stored.has_key && url.trim() !== (stored.url ?? "");
  return (
    <>
      <Field label={t`Provider`}>
        <Select
          value={known?.id ?? "other"}
          onValueChange={(id) => {
            const next = AI_PROVIDERS.find((one) => one.id === id)?.url ?? "";
            form.setValue("url", next, { shouldDirty: true });
          }}
          options={[
            ...AI_PROVIDERS.map(({ id, name }) => ({ value: id as string, label: name })),
            { value: "other", label: t`Another with the API of OpenAI` },
          ]}
          className="max-w-80"
        />
      </Field>
      <Field
        label={t`Address`}
        description={t`What stands before /chat/completions and /embeddings. It begins with https://, unless the setting PRIVATE_ADDRESSES of the server names its host.`}
        error={problemOf(form, "url", t`Write at most 2000 characters.`)}
      >
        <Input {...form.register("url")} spellCheck={false} placeholder="https://models.example.com/v1" />
      </Field>
      <Field
        label={t`Key`}
        description={
          isElsewhere
            ? t`The stored key is for the address before, and is deleted with it. Write the one for this address.`
            : stored.has_key
              ? t`One is stored and is never shown. What you write here takes its place.`
              : t`It is stored encrypted and never shown again.`
        }
        error={problemOf(form, "key", t`Write at most 2000 characters.`)}
      >
        <Input type="password" autoComplete="off" {...form.register("key")} />
      </Field>
    </>
  );
}

function ModelFields({ form, isServers }: FieldsProps & { readonly isServers: boolean }): ReactNode {
  const { t } = useLingui();
  const fields = [
    { name: "chat_models", label: t`Models for chats`, example: "gpt-4o-mini" },
    { name: "embedding_models", label: t`Models for embeddings`, example: "text-embedding-3-small" },
  ] as const;
  return (
    <>
      {fields.map(({ name, label, example }) => (
        <Field
          key={name}
          label={label}
          description={t`One in a line. The first is asked where a request names none. Empty: none may be asked.`}
          error={problemOf(form, name, t`Write names of models.`)}
        >
          <Textarea {...form.register(name)} rows={2} spellCheck={false} placeholder={example} className="font-mono" />
        </Field>
      ))}
      <Controller
        control={form.control}
        name="tokens_a_day"
        render={({ field }) => (
          <Field
            label={t`Tokens within 24 hours`}
            description={
              isServers
                ? t`Of requests and answers together, at most as many as the server allows.`
                : t`Of requests and answers together. Empty: no limit.`
            }
            error={problemOf(form, "tokens_a_day", t`Write a whole number.`)}
          >
            <NumberInput value={field.value} onValueChange={field.onChange} min={0} step={1000} className="max-w-60" />
          </Field>
        )}
      />
    </>
  );
}
