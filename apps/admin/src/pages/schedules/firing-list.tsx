import { useLingui } from "@lingui/react/macro";
import type { ScheduleFiring } from "@plinth/client/schedules";
import { type ReactNode, useMemo } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { PartyName } from "../../app/party-name.tsx";
import { useParties } from "../../data/parties.ts";
import { failureSentence } from "../../failures/failure-words.ts";
import { Badge } from "../../ui/badge.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Time } from "../../ui/time.tsx";

/** What a schedule has started, the newest first. */
export function FiringList({ firings }: { readonly firings: readonly ScheduleFiring[] }): ReactNode {
  const { t } = useLingui();
  const partyOf = useParties(useMemo(() => firings.flatMap(({ by = [] }) => by), [firings]));
  const columns = useMemo<readonly DataColumn<ScheduleFiring>[]>(
    () => [
      { id: "at", header: t`For`, primary: true, cell: ({ at }) => <Time absolute value={at} /> },
      {
        id: "how",
        header: t`Started by`,
        cell: ({ by }) =>
          by === undefined ? (
            t`The schedule`
          ) : (
            <span className="inline-flex flex-wrap items-center gap-2">
              <Badge>{t`By hand`}</Badge>
              <PartyName name={by} party={partyOf(by)} />
            </span>
          ),
      },
      { id: "fired_at", header: t`Started`, cell: ({ fired_at }) => <Time value={fired_at} /> },
      {
        id: "job",
        header: t`Job`,
        cell: ({ job, error }) =>
          job === null ? (
            <span className="text-danger-ink">{error === undefined ? t`None` : failureSentence(error)}</span>
          ) : (
            <PageLink path={`jobs/${job}`} className="hover:underline">
              {t`Open the job`}
            </PageLink>
          ),
      },
    ],
    [t, partyOf],
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
