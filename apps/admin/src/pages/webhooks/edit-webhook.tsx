import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { StoredWebhook } from "@plinth/client/webhooks";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { FormPage } from "../../app/forms/form-page.tsx";
import { showRefusalAt } from "../../app/forms/show-refusal-at.ts";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { useGo } from "../../app/links.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { WebhookFields } from "./webhook-fields.tsx";
import { type WebhookForm, webhookFieldOf, webhookForm, webhookFormOf, webhookOf } from "./webhook-form.ts";

/** Changes what a webhook hears and what it is sent. Messages that wait stay as they are stored. */
export default function EditWebhookPage(): ReactNode {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const { data, error, refetch } = useApiGet<StoredWebhook>(`webhooks/${id}`);
  if (error && !data) return <PageFailure error={error} reset={() => void refetch()} />;
  return data ? <EditForm stored={data} /> : <PagePending />;
}

function EditForm({ stored }: { readonly stored: StoredWebhook }): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const path = `webhooks/${stored.id}`;
  const form = useForm<WebhookForm>({ resolver: zodResolver(webhookForm), defaultValues: webhookFormOf(stored) });
  const guard = useLeaveGuard(form.formState.isDirty);
  const change = useApiMutation({
    run: (api, values: WebhookForm) => api.patch<StoredWebhook>(path, webhookOf(values)),
    changes: ["webhooks"],
    onDone: () => {
      guard.allow();
      go(path);
    },
  });
  return (
    <FormPage
      list={{ path, title: stored.name }}
      title={t`Change webhook`}
      description={t`It counts for changes from now on. Messages that wait are sent with the new address, headers and template.`}
      form={form}
      create={change}
      onRefusal={showRefusalAt(webhookFieldOf)}
      submitLabel={<Trans>Save</Trans>}
    >
      <WebhookFields form={form} headerNames={stored.header_names} />
    </FormPage>
  );
}
