import { Trans, useLingui } from "@lingui/react/macro";
import type { RotatedSecret, StoredWebhook, WholeDelivery } from "@plinth/client/webhooks";
import { useParams } from "@tanstack/react-router";
import { Pencil, Power, RotateCw, Send } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { DetailHead } from "../../app/detail-head.tsx";
import { useGo } from "../../app/links.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { useDeletion } from "../../app/use-deletion.tsx";
import { useCollections } from "../../data/collections.ts";
import { FailureNotice } from "../../failures/failure-notice.tsx";
import { failureSentence } from "../../failures/failure-words.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.ts";
import { DeliveryList, openDelivery } from "./delivery-list.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";
import { SecretShown } from "./secret-shown.tsx";
import { WebhookState } from "./webhook-state.tsx";

/** One webhook: what it hears, and what was sent to it. */
export default function WebhookDetail(): ReactNode {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const { data: webhook, error, refetch } = useApiGet<StoredWebhook>(`webhooks/${id}`);
  const [rotated, setRotated] = useState<RotatedSecret>();
  if (rotated) return <SecretShown made={rotated} onDone={() => setRotated(undefined)} />;
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!webhook) return <PagePending />;
  return (
    <div className="flex max-w-5xl flex-col gap-4 p-4 lg:p-6">
      <WebhookHead webhook={webhook} onRotated={setRotated} />
      {webhook.disabled_reason !== null && (
        <p role="status" className="rounded-lg border bg-danger-soft p-3 text-danger-ink text-sm">
          <Trans>The server has turned it off: {failureSentence(webhook.disabled_reason)}</Trans>
        </p>
      )}
      <MissingCollections events={webhook.events} />
      <WebhookFacts webhook={webhook} />
      <DeliveryList webhook={webhook} />
    </div>
  );
}

/** Collections that its events name, and that are not there any more. */
function MissingCollections({ events }: Pick<StoredWebhook, "events">): ReactNode {
  const { data: collections } = useCollections();
  const known = new Set(collections?.map(({ slug }) => slug));
  const named = new Set(events.map((event) => event.slice(0, event.lastIndexOf("."))));
  const missing = collections ? [...named].filter((slug) => slug !== "*" && !known.has(slug)) : [];
  return missing.map((slug) => <FailureNotice key={slug} text={`There is no collection ${slug}.`} />);
}

interface HeadProps {
  readonly webhook: StoredWebhook;
  readonly onRotated: (made: RotatedSecret) => void;
}

function WebhookHead({ webhook, onRotated }: HeadProps): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [, setAddress] = useSearchState(openDelivery);
  const [isRotating, setRotating] = useState(false);
  const { id, name, enabled } = webhook;
  const path = `webhooks/${id}`;
  const test = useApiMutation({
    run: (api) => api.post<WholeDelivery>(`${path}/test`),
    changes: [`${path}/deliveries`],
    onDone: (delivery) => {
      if (delivery.state === "delivered") toast.success(t`The test has arrived`);
      else toast.error(delivery.error === null ? t`The test has failed` : failureSentence(delivery.error));
      setAddress({ delivery: delivery.id });
    },
  });
  const toggle = useApiMutation({ run: (api) => api.patch(path, { enabled: !enabled }), changes: ["webhooks"] });
  const deletion = useDeletion({
    path,
    list: "webhooks",
    changes: ["webhooks"],
    question: t`Delete the webhook ${name}?`,
    description: t`Messages that wait are not sent, and the list of deliveries is deleted. This cannot be undone.`,
    done: t`The webhook is deleted`,
  });
  return (
    <>
      <DetailHead
        above={[{ path: "webhooks", title: <Trans>Webhooks</Trans> }]}
        title={name}
        actions={
          <>
            <Button icon={<Send aria-hidden />} pending={test.isPending} onClick={() => test.mutate()}>
              <Trans>Send a test</Trans>
            </Button>
            <Button icon={<Power aria-hidden />} pending={toggle.isPending} onClick={() => toggle.mutate()}>
              {enabled ? <Trans>Turn off</Trans> : <Trans>Turn on</Trans>}
            </Button>
            <Button icon={<Pencil aria-hidden />} onClick={() => go(`${path}/edit`)}>
              <Trans>Change</Trans>
            </Button>
            <Button icon={<RotateCw aria-hidden />} onClick={() => setRotating(true)}>
              <Trans>New secret</Trans>
            </Button>
            {deletion.button}
          </>
        }
        error={test.error ?? toggle.error ?? deletion.error}
      />
      {isRotating && <RotateDialog webhook={webhook} onDone={onRotated} onClose={() => setRotating(false)} />}
    </>
  );
}

function WebhookFacts({ webhook }: { readonly webhook: StoredWebhook }): ReactNode {
  const { t } = useLingui();
  const { url, events, filter, filter_before, payload, header_names, ordered, public_key } = webhook;
  const code = (value: string) => <code className="break-all">{value}</code>;
  const optional: [string, ReactNode][] = [];
  if (filter) optional.push([t`Filter`, code(JSON.stringify(filter))]);
  if (filter_before) optional.push([t`Filter before`, code(JSON.stringify(filter_before))]);
  if (header_names.length > 0) optional.push([t`Headers`, code(header_names.join(", "))]);
  if (webhook.failing_since) optional.push([t`Failing since`, <Time key="since" value={webhook.failing_since} />]);
  if (webhook.paused_until)
    optional.push([t`Paused until`, <Time key="until" absolute value={webhook.paused_until} />]);
  const ending = webhook.secrets.filter(({ ends_at }) => ends_at !== null);
  if (ending.length > 0)
    optional.push([
      t`Older secrets sign until`,
      <span key="ending" className="flex flex-col">
        {ending.map(({ id, ends_at }) => (
          <Time key={id} absolute value={ends_at!} />
        ))}
      </span>,
    ]);
  const facts: [string, ReactNode][] = [
    [t`State`, <WebhookState key="state" webhook={webhook} />],
    [t`Address`, code(url)],
    [t`Events`, code(events.join(", "))],
    [t`Fields`, payload.fields === null ? t`All` : code(payload.fields.join(", "))],
    [t`Item before`, payload.before ? t`Is sent, too` : t`Is not sent`],
    [t`Order`, ordered ? t`Changes of an item one after the other` : t`As fast as they arrive`],
    ...optional,
  ];
  return (
    <Card>
      <KeyValueList
        items={[
          ...facts.map(([label, value]) => ({ key: label, label, value })),
          ...(public_key === null
            ? []
            : [
                {
                  key: "public_key",
                  label: t`Public key`,
                  value: code(public_key),
                  copy: <CopyButton text={public_key} label={t`Copy public key`} />,
                },
              ]),
        ]}
      />
    </Card>
  );
}
