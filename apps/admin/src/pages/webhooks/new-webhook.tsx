import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { WebhookWithSecret } from "@plinth/client/webhooks";
import { type ReactNode, useState } from "react";
import { Controller, useForm } from "react-hook-form";
import * as z from "zod";
import { useApiMutation } from "../../api/hooks.ts";
import { FormPage } from "../../app/forms/form-page.tsx";
import { problemOf } from "../../app/forms/refusal.ts";
import { useGo } from "../../app/links.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { SecretShown } from "./secret-shown.tsx";

const schema = z.object({
  name: z.string().trim().min(1).max(100),
  url: z.string().trim().min(1).max(2000),
  /** Separated by spaces, commas or lines. */
  events: z.string().regex(/[^\s,]/),
  ordered: z.boolean(),
  form: z.enum(["v1", "v1a"]),
});

type WebhookForm = z.infer<typeof schema>;

const EMPTY: WebhookForm = { name: "", url: "", events: "", ordered: false, form: "v1" };

/** Makes a webhook; the answer shows its secret once. */
export default function NewWebhookPage(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [made, setMade] = useState<WebhookWithSecret>();
  const form = useForm<WebhookForm>({ resolver: zodResolver(schema), defaultValues: EMPTY });
  const create = useApiMutation({
    run: (api, { events, ...values }: WebhookForm) =>
      api.post<WebhookWithSecret>("webhooks", { ...values, events: events.split(/[\s,]+/).filter(Boolean) }),
    changes: ["webhooks"],
    onDone: setMade,
  });
  if (made) return <SecretShown made={made} onDone={() => go(`webhooks/${made.id}`)} />;
  return (
    <FormPage
      list={{ path: "webhooks", title: <Trans>Webhooks</Trans> }}
      title={t`New webhook`}
      description={t`It hears of changes from now on. The API and the command line set filters, fields and headers, too.`}
      form={form}
      create={create}
      submitLabel={<Trans>Create webhook</Trans>}
    >
      <Field label={t`Name`} required error={problemOf(form, "name", t`Write a name of 1 to 100 characters.`)}>
        <Input {...form.register("name")} autoFocus />
      </Field>
      <Field
        label={t`Address`}
        required
        description={t`An https address of the program that receives the changes.`}
        error={problemOf(form, "url", t`Write an https address.`)}
      >
        <Input {...form.register("url")} type="url" spellCheck={false} placeholder="https://" />
      </Field>
      <Field
        label={t`Events`}
        required
        description={t`Such as posts.create, posts.* or *.delete: a collection or *, and create, update, delete or *. One in a line.`}
        error={problemOf(form, "events", t`Write at least one event.`)}
      >
        <Textarea {...form.register("events")} spellCheck={false} className="font-mono" />
      </Field>
      <Controller
        control={form.control}
        name="ordered"
        render={({ field }) => (
          <Field
            inline
            label={t`In order`}
            description={t`A change waits until those before it of the same item have arrived.`}
          >
            <Checkbox checked={field.value} onCheckedChange={(next) => field.onChange(next === true)} />
          </Field>
        )}
      />
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
