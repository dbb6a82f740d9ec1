import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { WebhookWithSecret } from "@plinth/client/webhooks";
import { type ReactNode, useState } from "react";
import { Controller, useForm } from "react-hook-form";
import { useApiMutation } from "../../api/hooks.ts";
import { FormPage } from "../../app/forms/form-page.tsx";
import { showRefusalAt } from "../../app/forms/show-refusal-at.ts";
import { useGo } from "../../app/links.ts";
import { Field } from "../../ui/field.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { SecretShown } from "./secret-shown.tsx";
import { WebhookFields } from "./webhook-fields.tsx";
import { EMPTY_WEBHOOK, type WebhookForm, webhookFieldOf, webhookForm, webhookOf } from "./webhook-form.ts";

/** Makes a webhook; the answer shows its secret once. */
export default function NewWebhookPage(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [made, setMade] = useState<WebhookWithSecret>();
  const form = useForm<WebhookForm>({ resolver: zodResolver(webhookForm), defaultValues: EMPTY_WEBHOOK });
  const create = useApiMutation({
    run: (api, values: WebhookForm) =>
      api.post<WebhookWithSecret>("webhooks", { ...webhookOf(values), form: values.form }),
    changes: ["webhooks"],
    onDone: setMade,
  });
  if (made) return <SecretShown made={made} onDone={() => go(`webhooks/${made.id}`)} />;
  return (
    <FormPage
      list={{ path: "webhooks", title: <Trans>Webhooks</Trans> }}
      title={t`New webhook`}
      description={t`It hears of changes from now on.`}
      form={form}
      create={create}
      onRefusal={showRefusalAt(webhookFieldOf)}
      submitLabel={<Trans>Create webhook</Trans>}
    >
      <WebhookFields form={form} />
      <Controller
        control={form.control}
        name="form"
        render={({ field }) => (
          <Field label={t`Signature`}>
            <RadioGroup
              boxed
              value={field.value}
              onValueChange={field.onChange}
              options={[
                {
                  value: "v1",
                  label: t`Shared secret`,
                  description: t`Every library of Standard Webhooks verifies it (v1, HMAC).`,
                },
                {
                  value: "v1a",
                  label: t`Pair of keys`,
                  description: t`Receivers hold a public key only (v1a, ed25519).`,
                },
              ]}
            />
          </Field>
        )}
      />
    </FormPage>
  );
}
