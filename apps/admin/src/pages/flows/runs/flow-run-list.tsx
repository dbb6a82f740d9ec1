import { Trans, useLingui } from "@lingui/react/macro";
import type { FlowRun } from "@plinth/client/flows";
import { Ban, ListTree } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList } from "../../../api/hooks.ts";
import { JOB_STATES, useStateNames } from "../../../app/job-state.tsx";
import { useGo } from "../../../app/links.ts";
import { PageLink } from "../../../app/page-link.tsx";
import { PagedTable } from "../../../app/paged-table.tsx";
import { useSearchState } from "../../../app/search-state.ts";
import { FailureLine } from "../../../failures/failure-notice.tsx";
import type { DataColumn } from "../../../ui/data-table-model.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { formatDuration } from "../../../ui/format.ts";
import { Select } from "../../../ui/select.tsx";
import { Time } from "../../../ui/time.tsx";
import { Toolbar } from "../../../ui/toolbar.tsx";
import { useTriggerTitle } from "../triggers/trigger-words.tsx";
import { hasEnded, tookMs, triggerTypeOf } from "./flow-run.ts";
import { FlowRunBadge } from "./flow-run-badge.tsx";
import { useRunActions } from "./use-run-actions.ts";

const address = z.object({ state: z.enum(JOB_STATES).optional() });

/** Milliseconds. */
const EVERY = 3000;

/** The runs of a flow, the newest first. */
export function FlowRunList({ name }: { readonly name: string }): ReactNode {
  const { t, i18n } = useLingui();
  const go = useGo();
  const names = useStateNames();
  const titleOf = useTriggerTitle();
  const { cancel } = useRunActions();
  const [filter, setFilter] = useSearchState(address);
  const runs = useApiList<FlowRun>("flow-runs", { flow: name, ...filter }, { every: EVERY });
  const columns = useMemo<readonly DataColumn<FlowRun>[]>(
    () => [
      {
        id: "created_at",
        header: t`Begun`,
        primary: true,
        cell: ({ id, created_at }) => (
          <PageLink path={`flows/${name}/runs/${id}`} className="font-medium hover:underline">
            <Time value={created_at} />
          </PageLink>
        ),
      },
      { id: "state", header: t`State`, cell: (run) => <StateAndError run={run} name={name} /> },
      { id: "trigger", header: t`Started`, cell: (run) => titleOf(triggerTypeOf(run)) },
      {
        id: "took",
        header: t`Took`,
        align: "end",
        cell: (run) => {
          const ms = tookMs(run);
          return ms === undefined ? "–" : formatDuration(ms, i18n.locale);
        },
      },
    ],
    [t, i18n.locale, name, titleOf],
  );
  return (
    <section aria-label={t`Runs`}>
      <Toolbar label={t`Runs`} className="pb-3">
        <Select
          aria-label={t`State`}
          value={filter.state ?? "all"}
          onValueChange={(state) => setFilter({ state: state === "all" ? undefined : state })}
          options={[
            { value: "all", label: t`All states` },
            ...JOB_STATES.map((state) => ({ value: state, label: names[state] })),
          ]}
          className="w-40"
        />
      </Toolbar>
      <PagedTable
        label={t`Runs`}
        list={runs}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ id }) => go(`flows/${name}/runs/${id}`)}
        actions={(run) =>
          hasEnded(run)
            ? []
            : [{ label: t`Cancel the run`, icon: <Ban aria-hidden />, danger: true, onSelect: () => void cancel(run) }]
        }
        empty={
          <EmptyState icon={<ListTree />} title={filter.state ? t`No run is like this` : t`No runs yet`}>
            <Trans>Runs are kept for 7 days, or 30 where they have failed.</Trans>
          </EmptyState>
        }
      />
    </section>
  );
}

function StateAndError({ run, name }: { readonly run: FlowRun; readonly name: string }): ReactNode {
  const { id, state, error, resumes_at, approval } = run;
  return (
    <span className="flex @max-xl:justify-end flex-wrap items-center gap-2">
      <FlowRunBadge run={run} />
      {approval !== null && (
        <PageLink path={`flows/${name}/runs/${id}`} className="text-accent-ink text-xs underline">
          <Trans>See the approval</Trans>
        </PageLink>
      )}
      {resumes_at !== null && approval === null && <Time value={resumes_at} className="text-muted text-xs" />}
      {state !== "succeeded" && error && <FailureLine text={error} />}
    </span>
  );
}
