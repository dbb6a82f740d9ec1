import { Trans, useLingui } from "@lingui/react/macro";
import type { Run } from "@plinth/client/runs";
import { Activity } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { formatDuration } from "../../ui/format.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { Select } from "../../ui/select.tsx";
import { Time } from "../../ui/time.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { RUN_KINDS, RUN_STATUSES, RunState, useKindNames, useStatusNames, useTriggerNames } from "./run-words.tsx";

const id = z.string().max(100).optional();
const address = z.object({
  kind: z.enum(RUN_KINDS).optional(),
  status: z.enum(RUN_STATUSES).optional(),
  name: z.string().max(200).optional(),
  ...{ trace: id, request: id, job: id, item: id },
});

type RunFilter = z.infer<typeof address>;

/** Milliseconds. */
const EVERY = 3000;

/** What functions, jobs, webhooks and the like have done, the newest first. */
export default function RunList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [filter, setFilter] = useSearchState(address);
  const runs = useApiList<Run>("runs", filter, { every: EVERY });
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

interface RunFiltersProps {
  readonly filter: RunFilter;
  readonly onFilter: (next: RunFilter, how?: { readonly replace?: boolean }) => void;
}

function RunFilters({ filter, onFilter }: RunFiltersProps): ReactNode {
  const { t } = useLingui();
  const statuses = useStatusNames();
  const kinds = useKindNames();
  return (
    <Toolbar label={t`Filter`} className="pb-3">
      <Select
        aria-label={t`Kind`}
        value={filter.kind ?? "all"}
        onValueChange={(kind) => onFilter({ kind: kind === "all" ? undefined : kind })}
        options={[
          { value: "all", label: t`All kinds` },
          ...RUN_KINDS.map((kind) => ({ value: kind, label: kinds[kind] })),
        ]}
        className="w-40"
      />
      <Select
        aria-label={t`State`}
        value={filter.status ?? "all"}
        onValueChange={(status) => onFilter({ status: status === "all" ? undefined : status })}
        options={[
          { value: "all", label: t`All states` },
          ...RUN_STATUSES.map((status) => ({ value: status, label: statuses[status] })),
        ]}
        className="w-40"
      />
      <SearchInput
        label={t`Name`}
        value={filter.name ?? ""}
        onSearch={(text) => onFilter({ name: text || undefined }, { replace: true })}
        className="w-full sm:w-44"
      />
      <SearchInput
        label={t`Request`}
        value={filter.request ?? ""}
        onSearch={(text) => onFilter({ request: text || undefined }, { replace: true })}
        className="w-full sm:w-44"
      />
    </Toolbar>
  );
}

function StateAndError({ run: { status, error } }: { readonly run: Run }): ReactNode {
  return (
    <span className="flex flex-wrap items-center gap-2">
      <RunState status={status} />
      {error && (
        <span className="line-clamp-1 break-all text-danger-ink text-xs" title={error.message}>
          {error.message}
        </span>
      )}
    </span>
  );
}
