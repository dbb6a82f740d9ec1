import { Trans, useLingui } from "@lingui/react/macro";
import type { Job } from "@plinth/client/jobs";
import { Ban, ListTodo, RotateCw } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList } from "../../api/hooks.ts";
import { JOB_STATES, JobState, useStateNames } from "../../app/job-state.tsx";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { FailureLine } from "../../failures/failure-notice.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { Select } from "../../ui/select.tsx";
import { Time } from "../../ui/time.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { JobsFrame, NewJobButton } from "./jobs-frame.tsx";
import { useJobActions } from "./use-job-actions.tsx";

const address = z.object({
  state: z.enum(JOB_STATES).optional(),
  queue: z.string().max(100).optional(),
  name: z.string().max(100).optional(),
});

/** Milliseconds. */
const EVERY = 3000;

/** Work that waits, runs or has ended, the newest first. */
export default function JobList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [filter, setFilter] = useSearchState(address);
  const jobs = useApiList<Job>("jobs", filter, { every: EVERY });
  const { canRetry, canCancel, retry, cancel } = useJobActions();
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const columns = useMemo<readonly DataColumn<Job>[]>(
    () => [
      {
        id: "name",
        header: t`Job`,
        primary: true,
        cell: ({ id, name, kind }) => (
          <PageLink path={`jobs/${id}`} className="font-medium hover:underline">
            {name || kind}
          </PageLink>
        ),
      },
      { id: "state", header: t`State`, cell: (job) => <StateAndError job={job} /> },
      { id: "queue", header: t`Queue`, cell: ({ queue, kind }) => <QueueAndKind queue={queue} kind={kind} /> },
      {
        id: "attempts",
        header: t`Attempts`,
        align: "end",
        cell: ({ attempts, max_attempts }) => `${attempts} / ${max_attempts}`,
      },
      { id: "created_at", header: t`Stored`, cell: ({ created_at }) => <Time value={created_at} /> },
    ],
    [t],
  );
  return (
    <JobsFrame>
      <JobFilters filter={filter} onFilter={setFilter} />
      <PagedTable
        label={t`Jobs`}
        list={jobs}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ id }) => go(`jobs/${id}`)}
        actions={(job) => [
          ...(canRetry(job)
            ? [{ label: t`Run again`, icon: <RotateCw aria-hidden />, onSelect: () => retry(job) }]
            : []),
          ...(canCancel(job)
            ? [{ label: t`Cancel the job`, icon: <Ban aria-hidden />, danger: true, onSelect: () => void cancel(job) }]
            : []),
        ]}
        empty={
          isFiltered ? (
            <EmptyState icon={<ListTodo />} title={t`No job is like this`}>
              <Trans>Jobs that are done are kept for some days.</Trans>
            </EmptyState>
          ) : (
            <EmptyState icon={<ListTodo />} title={t`No jobs yet`} actions={<NewJobButton />}>
              <Trans>Programs add them by the API, also in the batch that writes an item.</Trans>
            </EmptyState>
          )
        }
      />
    </JobsFrame>
  );
}

type JobFilter = z.infer<typeof address>;

interface JobFiltersProps {
  readonly filter: JobFilter;
  readonly onFilter: (next: JobFilter, how?: { readonly replace?: boolean }) => void;
}

function JobFilters({ filter, onFilter }: JobFiltersProps): ReactNode {
  const { t } = useLingui();
  const names = useStateNames();
  return (
    <Toolbar label={t`Filter`} className="pb-3">
      <Select
        aria-label={t`State`}
        value={filter.state ?? "all"}
        onValueChange={(state) => onFilter({ state: state === "all" ? undefined : state })}
        options={[
          { value: "all", label: t`All states` },
          ...JOB_STATES.map((state) => ({ value: state, label: names[state] })),
        ]}
        className="w-40"
      />
      <SearchInput
        label={t`Queue`}
        value={filter.queue ?? ""}
        onSearch={(text) => onFilter({ queue: text || undefined }, { replace: true })}
        className="w-full sm:w-44"
      />
      <SearchInput
        label={t`Name`}
        value={filter.name ?? ""}
        onSearch={(text) => onFilter({ name: text || undefined }, { replace: true })}
        className="w-full sm:w-44"
      />
    </Toolbar>
  );
}

function QueueAndKind({ queue, kind }: Pick<Job, "queue" | "kind">): ReactNode {
  return (
    <>
      <PageLink path={`jobs/queues/${encodeURIComponent(queue)}`} className="hover:underline">
        {queue}
      </PageLink>{" "}
      · {kind}
    </>
  );
}

function StateAndError({ job: { state, run_at, last_error } }: { readonly job: Job }): ReactNode {
  return (
    <span className="flex @max-xl:justify-end flex-wrap items-center gap-2">
      <JobState state={state} />
      {state === "scheduled" && <Time value={run_at} className="text-muted text-xs" />}
      {state !== "succeeded" && last_error && <FailureLine text={last_error} />}
    </span>
  );
}
