import { useLingui } from "@lingui/react/macro";
import type { ScheduleFiring } from "@plinth/client/schedules";
import { type ReactNode, useMemo } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Time } from "../../ui/time.tsx";

/** What a schedule has started, the newest first. */
export function FiringList({ firings }: { readonly firings: readonly ScheduleFiring[] }): ReactNode {
  const { t } = useLingui();
  const columns = useMemo<readonly DataColumn<ScheduleFiring>[]>(
    () => [
      { id: "at", header: t`For`, primary: true, cell: ({ at }) => <Time absolute value={at} /> },
      { id: "fired_at", header: t`Started`, cell: ({ fired_at }) => <Time value={fired_at} /> },
      {
        id: "job",
        header: t`Job`,
        cell: ({ job, error }) =>
          job === null ? (
            <span className="text-danger-ink">{error ?? t`None`}</span>
          ) : (
            <PageLink path={`jobs/${job}`} className="hover:underline">
              {t`Open the job`}
            </PageLink>
          ),
      },
    ],
    [t],
  );
  return (
    <section aria-label={t`Last times`} className="flex flex-col gap-2">
      <h2 className="font-medium">{t`Last times`}</h2>
      <DataTable
        label={t`Last times`}
        rows={firings}
        columns={columns}
        rowId={({ at, job, fired_at }) => `${at} ${fired_at} ${job}`}
        empty={<EmptyState title={t`It has started nothing yet`} />}
      />
    </section>
  );
}
