import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useCallback, useMemo } from "react";
import type { Insights } from "../../data/insights.ts";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { formatDuration } from "../../ui/format.ts";

type Group = Insights["groups"][number];

/** The hour by groups of routes, the busiest first. */
export function GroupTable({ groups }: Pick<Insights, "groups">): ReactNode {
  const { t, i18n } = useLingui();
  const { locale } = i18n;
  const time = useCallback(
    (value: number | null): string => (value === null ? "–" : formatDuration(value, locale)),
    [locale],
  );
  const columns = useMemo<readonly DataColumn<Group>[]>(
    () => [
      { id: "group", header: t`Routes`, primary: true, sortBy: ({ group }) => group, cell: ({ group }) => group },
      {
        id: "requests",
        header: t`Requests`,
        align: "end",
        sortBy: ({ requests }) => requests,
        cell: ({ requests }) => requests,
      },
      {
        id: "refused",
        header: t`Refused`,
        align: "end",
        sortBy: ({ statuses }) => statuses["4xx"],
        cell: ({ statuses }) => statuses["4xx"],
      },
      {
        id: "failed",
        header: t`Failed`,
        align: "end",
        sortBy: ({ statuses }) => statuses["5xx"],
        cell: ({ statuses }) => statuses["5xx"],
      },
      {
        id: "p50",
        header: t`Half within`,
        align: "end",
        sortBy: ({ p50_ms }) => p50_ms,
        cell: (one) => time(one.p50_ms),
      },
      {
        id: "p95",
        header: t`95% within`,
        align: "end",
        sortBy: ({ p95_ms }) => p95_ms,
        cell: (one) => time(one.p95_ms),
      },
    ],
    [t, time],
  );
  return (
    <DataTable
      label={t`By routes`}
      rows={groups}
      columns={columns}
      rowId={({ group }) => group}
      empty={<EmptyState title={t`No requests yet`} />}
      className="rounded-none border-0"
    />
  );
}
