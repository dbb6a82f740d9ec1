import { Trans, useLingui } from "@lingui/react/macro";
import type { StoredWebhook } from "@plinth/client/webhooks";
import { Plus, Webhook } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiList } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import { Button } from "../../ui/button.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { WebhookState } from "./webhook-state.tsx";

/** Where changes of the workspace are sent. */
export default function WebhookList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const webhooks = useApiList<StoredWebhook>("webhooks");
  const columns = useMemo<readonly DataColumn<StoredWebhook>[]>(
    () => [
      {
        id: "name",
        header: t`Name`,
        primary: true,
        sortBy: ({ name }) => name,
        cell: ({ id, name }) => (
          <PageLink path={`webhooks/${id}`} className="font-medium hover:underline">
            {name}
          </PageLink>
        ),
      },
      { id: "state", header: t`State`, cell: (webhook) => <WebhookState webhook={webhook} /> },
      { id: "url", header: t`Address`, cell: ({ url }) => <code className="break-all">{url}</code> },
      { id: "events", header: t`Events`, cell: ({ events }) => <code>{events.join(", ")}</code> },
    ],
    [t],
  );
  const create = (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => go("webhooks/new")}>
      <Trans>Create webhook</Trans>
    </Button>
  );
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Webhooks`}
        description={t`Programs elsewhere hear of every change: signed, and tried again until it has arrived.`}
        actions={create}
      />
      <PagedTable
        label={t`Webhooks`}
        list={webhooks}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ id }) => go(`webhooks/${id}`)}
        empty={
          <EmptyState icon={<Webhook />} title={t`No webhooks yet`} actions={create}>
            <Trans>Make one for each program that should hear of changes, such as a search index.</Trans>
          </EmptyState>
        }
      />
    </div>
  );
}
