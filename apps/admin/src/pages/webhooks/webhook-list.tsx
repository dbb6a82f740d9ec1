import { Trans, useLingui } from "@lingui/react/macro";
import type { StoredWebhook } from "@plinth/client/webhooks";
import { Webhook } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiList } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { CreateButton, ListPage, nameColumn } from "../../app/list-page.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { WebhookState } from "./webhook-state.tsx";

/** Where changes of the workspace are sent. */
export default function WebhookList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const webhooks = useApiList<StoredWebhook>("webhooks");
  const columns = useMemo<readonly DataColumn<StoredWebhook>[]>(
    () => [
      nameColumn(t`Name`, ({ id }) => `webhooks/${id}`),
      { id: "state", header: t`State`, cell: (webhook) => <WebhookState webhook={webhook} /> },
      { id: "url", header: t`Address`, cell: ({ url }) => <code className="break-all">{url}</code> },
      { id: "events", header: t`Events`, cell: ({ events }) => <code>{events.join(", ")}</code> },
    ],
    [t],
  );
  const create = (
    <CreateButton path="webhooks/new">
      <Trans>Create webhook</Trans>
    </CreateButton>
  );
  return (
    <ListPage
      title={t`Webhooks`}
      description={t`Programs elsewhere hear of every change: signed, and tried again until it has arrived.`}
      actions={create}
    >
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
    </ListPage>
  );
}
