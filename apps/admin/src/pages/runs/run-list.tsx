import { Trans, useLingui } from "@lingui/react/macro";
import type { Run } from "@plinth/client/runs";
import { Activity, RotateCw } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiList } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { FailureLine } from "../../failures/failure-notice.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { formatDuration } from "../../ui/format.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { Time } from "../../ui/time.tsx";
import { RunFilters, runListFilter } from "./run-filters.tsx";
import { movingSpan } from "./run-times.ts";
import { RunState, useKindNames, useTriggerNames } from "./run-words.tsx";
import { useRunAgain } from "./use-run-again.ts";

/** Milliseconds. */
const EVERY = 3000;

/** What functions, jobs, webhooks and the like have done, the newest first. */
export default function RunList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [filter, setFilter] = useSearchState(runListFilter);
  const { time, since, until, ...rest } = filter;
  const runs = useApiList<Run>(
    "runs",
    { ...rest, ...(time === "between" && { since, until }) },
    { every: EVERY, ...(time !== undefined && time !== "between" && { moving: movingSpan(time) }) },
  );
  const { canRunAgain, runAgain } = useRunAgain();
  const columns = useRunColumns();
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Runs`}
        description={t`What functions, jobs, webhooks and the like have done, and why something has failed.`}
      />
      <RunFilters filter={filter} onFilter={setFilter} />
      <PagedTable
        label={t`Runs`}
        list={runs}
        columns={columns}
        rowId={(run) => run.id}
        onOpen={(run) => go(`runs/${run.id}`)}
        actions={(run) =>
          canRunAgain(run)
            ? [{ label: t`Run again`, icon: <RotateCw aria-hidden />, onSelect: () => void runAgain(run) }]
            : []
        }
        empty={
          isFiltered ? (
            <EmptyState icon={<Activity />} title={t`No run is like this`}>
              <Trans>Runs are kept for some days, and of each name the newest ones.</Trans>
            </EmptyState>
          ) : (
            <EmptyState icon={<Activity />} title={t`Nothing has run yet`}>
              <Trans>Each call of a function, attempt at a job and delivery of a webhook appears here.</Trans>
            </EmptyState>
          )
        }
      />
    </div>
  );
}

function useRunColumns(): readonly DataColumn<Run>[] {
  const { t, i18n } = useLingui();
  const kinds = useKindNames();
  const triggers = useTriggerNames();
  return useMemo<readonly DataColumn<Run>[]>(
    () => [
      {
        id: "name",
        header: t`Run`,
        primary: true,
        cell: (run) => (
          <PageLink path={`runs/${run.id}`} className="font-medium hover:underline">
            {run.name}
          </PageLink>
        ),
      },
      { id: "status", header: t`State`, cell: (run) => <StateAndError run={run} /> },
      { id: "kind", header: t`Kind`, cell: ({ kind, trigger }) => `${kinds[kind]} · ${triggers[trigger]}` },
      {
        id: "ms",
        header: t`Took`,
        align: "end",
        cell: ({ ms }) => (ms === null ? "–" : formatDuration(ms, i18n.locale)),
      },
      { id: "started_at", header: t`Begun`, cell: ({ started_at }) => <Time value={started_at} /> },
    ],
    [t, i18n.locale, kinds, triggers],
  );
}

function StateAndError({ run: { status, error } }: { readonly run: Run }): ReactNode {
  return (
    <span className="flex @max-xl:justify-end flex-wrap items-center gap-2">
      <RunState status={status} />
      {error && <FailureLine text={error.message} />}
    </span>
  );
}
