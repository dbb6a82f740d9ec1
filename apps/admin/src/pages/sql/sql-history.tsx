import { Trans, useLingui } from "@lingui/react/macro";
import { History } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiList } from "../../api/hooks.ts";
import { PagedTable } from "../../app/paged-table.tsx";
import { Badge } from "../../ui/badge.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Time } from "../../ui/time.tsx";

interface SqlEvent {
  readonly id: string;
  readonly at: string;
  readonly outcome: "ok" | "failed";
  readonly detail: {
    readonly sql: string;
    readonly mode: "read" | "write";
    readonly explain?: boolean;
    readonly code?: string;
  };
}

/** What the operator has run, newest first. */
export function SqlHistory({ onOpen }: { readonly onOpen: (sql: string) => void }): ReactNode {
  const { t } = useLingui();
  const log = useApiList<SqlEvent>("sql/history");
  const columns = useMemo<readonly DataColumn<SqlEvent>[]>(
    () => [
      {
        id: "sql",
        header: t`Statement`,
        primary: true,
        cell: ({ detail }) => <code className="line-clamp-2 break-words text-xs">{detail.sql}</code>,
      },
      { id: "at", header: t`Time`, width: "10rem", cell: ({ at }) => <Time value={at} /> },
      {
        id: "outcome",
        header: t`Outcome`,
        width: "11rem",
        cell: ({ outcome, detail }) => (
          <span className="flex flex-wrap gap-1">
            {detail.mode === "write" && (
              <Badge tone="warning">
                <Trans>Write</Trans>
              </Badge>
            )}
            {detail.explain && (
              <Badge>
                <Trans>Plan</Trans>
              </Badge>
            )}
            {outcome === "failed" ? <Badge tone="danger">{detail.code ?? t`Failed`}</Badge> : t`Done`}
          </span>
        ),
      },
    ],
    [t],
  );
  return (
    <div>
      <PagedTable
        label={t`History`}
        list={log}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ detail }) => onOpen(detail.sql)}
        empty={
          <EmptyState icon={<History />} title={t`Nothing was run yet`}>
            <Trans>Your statements are listed here, without the values of their parameters.</Trans>
          </EmptyState>
        }
      />
    </div>
  );
}
