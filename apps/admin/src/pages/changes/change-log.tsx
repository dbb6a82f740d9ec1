import { Trans, useLingui } from "@lingui/react/macro";
import { History } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiList } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Badge } from "../../ui/badge.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { LoadMore } from "../../ui/pagination.tsx";
import { Time } from "../../ui/time.tsx";
import type { ChangingRequest } from "./changing-request.ts";

/** Milliseconds. */
const EVERY = 5_000;

/** What was written, a line for each request, newest first. */
export default function ChangeLog(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const log = useApiList<ChangingRequest>("changes/requests", {}, { every: EVERY });
  const columns = useMemo<readonly DataColumn<ChangingRequest>[]>(
    () => [
      {
        id: "changes",
        header: t`Changes`,
        primary: true,
        cell: (request) => (
          <PageLink
            path={`changes/${request.request_id}`}
            className="flex flex-wrap items-center gap-2 hover:underline"
          >
            <Changes of={request} />
          </PageLink>
        ),
      },
      { id: "by", header: t`By`, cell: ({ actor, actor_name }) => actor_name ?? actor ?? t`Nobody known` },
      { id: "at", header: t`Time`, width: "10rem", cell: ({ to }) => <Time value={to} /> },
    ],
    [t],
  );
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Change log`}
        description={t`Who has changed items, newest first. Open a line to take its changes back.`}
      />
      <DataTable
        label={t`Change log`}
        rows={log.isPending ? undefined : log.rows}
        columns={columns}
        rowId={({ request_id }) => request_id}
        error={log.error}
        onRetry={log.refetch}
        onOpen={({ request_id }) => go(`changes/${request_id}`)}
        empty={
          <EmptyState icon={<History />} title={t`Nothing was written yet`}>
            <Trans>
              Each write of items is listed here, an import or a bulk change as one line, and can be undone.
            </Trans>
          </EmptyState>
        }
        footer={
          <LoadMore
            shown={log.rows.length}
            hasMore={log.hasMore}
            pending={log.isLoadingMore}
            onLoadMore={log.loadMore}
          />
        }
      />
    </div>
  );
}

/** `films: 12 created, 3 deleted` */
function Changes({ of }: { readonly of: ChangingRequest }): ReactNode {
  const { t } = useLingui();
  return of.changes.map(({ collection, inserted, updated, deleted }) => (
    <span key={collection} className="inline-flex flex-wrap items-center gap-1">
      <span className="font-medium">{collection ?? t`deleted collection`}</span>
      {inserted > 0 && <Badge tone="success">{t`${inserted} created`}</Badge>}
      {updated > 0 && <Badge tone="info">{t`${updated} changed`}</Badge>}
      {deleted > 0 && <Badge tone="danger">{t`${deleted} deleted`}</Badge>}
    </span>
  ));
}
