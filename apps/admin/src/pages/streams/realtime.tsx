import { Trans, useLingui } from "@lingui/react/macro";
import { Radio } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { type OpenStream, useInsights } from "../../data/insights.ts";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Time } from "../../ui/time.tsx";
import { Listener } from "./listener.tsx";

/** Who listens to what, and a place to listen oneself. */
export default function Realtime(): ReactNode {
  const { t } = useLingui();
  const { data, error, refetch } = useInsights();
  const columns = useMemo<readonly DataColumn<OpenStream>[]>(
    () => [
      { id: "kind", header: t`Kind`, primary: true, sortBy: ({ kind }) => kind, cell: ({ kind }) => kind },
      { id: "name", header: t`Of`, sortBy: ({ name }) => name, cell: ({ name }) => name ?? "–" },
      {
        id: "caller",
        header: t`Caller`,
        cell: ({ caller: { kind, id } }) => (
          <code title={id ?? undefined}>{id === null ? kind : `${kind}:${id.slice(-8)}`}</code>
        ),
      },
      { id: "since", header: t`Since`, sortBy: ({ since }) => since, cell: ({ since }) => <Time value={since} /> },
      {
        id: "behind",
        header: t`State`,
        cell: ({ behind }) =>
          behind ? (
            <Badge tone="warning">
              <Trans>Catching up</Trans>
            </Badge>
          ) : (
            <span className="text-muted">
              <Trans>Current</Trans>
            </span>
          ),
      },
    ],
    [t],
  );
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  const { streams } = data;
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`Realtime`}
        description={t`Streams and sockets that are open at this process, the oldest first.`}
        aside={<Badge tone={streams.open > 0 ? "success" : "neutral"}>{t`${streams.open} open`}</Badge>}
        className="pb-0"
      />
      <Listener />
      <Card title={t`Open streams`} flush>
        <DataTable
          label={t`Open streams`}
          rows={streams.subscriptions}
          columns={columns}
          rowId={(stream) => JSON.stringify([stream.kind, stream.name, stream.caller, stream.since])}
          empty={
            <EmptyState icon={<Radio />} title={t`Nobody listens`}>
              <Trans>Programs follow items, live queries and channels. They appear here as soon as they do.</Trans>
            </EmptyState>
          }
          className="rounded-none border-0"
        />
      </Card>
      {streams.truncated && (
        <p className="text-muted text-sm">
          <Trans>Only the oldest 200 are shown.</Trans>
        </p>
      )}
    </div>
  );
}
