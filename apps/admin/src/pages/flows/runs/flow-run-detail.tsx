import { Trans, useLingui } from "@lingui/react/macro";
import type { FlowRun } from "@plinth/client/flows";
import { useParams } from "@tanstack/react-router";
import { Ban, RotateCw } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiGet } from "../../../api/hooks.ts";
import { DetailHead } from "../../../app/detail-head.tsx";
import { type Fact, FactCard, FactCode, FactParty, ValueSections } from "../../../app/fact-card.tsx";
import { PageFailure } from "../../../app/page-failure.tsx";
import { PagePending } from "../../../app/page-pending.tsx";
import { useSearchState } from "../../../app/search-state.ts";
import { FailureNotice } from "../../../failures/failure-notice.tsx";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { formatDateTime, formatDuration } from "../../../ui/format.ts";
import { LoadMore } from "../../../ui/pagination.tsx";
import { Time } from "../../../ui/time.tsx";
import type { FlowNode } from "../draft/content.ts";
import { FlowDrawing } from "../drawing/flow-drawing.tsx";
import { FlowStart } from "../drawing/flow-start.tsx";
import { useTriggerTitle } from "../triggers/trigger-words.tsx";
import { hasEnded, outcomesOf, tookMs, triggerTypeOf } from "./flow-run.ts";
import { FlowRunBadge } from "./flow-run-badge.tsx";
import { RunApprovals } from "./run-approvals.tsx";
import { StepList } from "./step-list.tsx";
import { useRunActions } from "./use-run-actions.ts";
import { EVERY, useFollowedFlow, useRunSteps } from "./use-run-steps.ts";

const address = z.object({
  /** The id of the node whose steps alone are shown. */
  node: z.string().optional(),
});

/** One run of a flow: how far it is, and what each of its nodes has got and made. */
export default function FlowRunDetail(): ReactNode {
  const { name = "", run: id = "" } = useParams({ strict: false }) as { name?: string; run?: string };
  const { data: run, error, refetch } = useApiGet<FlowRun>(`flow-runs/${id}`, undefined, { every: EVERY });
  if (error && !run) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!run) return <PagePending />;
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <RunHead run={run} name={name} />
      {run.error !== null && run.state !== "succeeded" && <FailureNotice text={run.error} />}
      <RunApprovals run={run} />
      <RunFacts run={run} />
      <RunSteps run={run} />
      <RunValues run={run} />
    </div>
  );
}

interface RunProps {
  readonly run: FlowRun;
}

function RunHead({ run, name }: RunProps & { readonly name: string }): ReactNode {
  const { i18n } = useLingui();
  const { isPending, cancel, retry } = useRunActions();
  const begun = formatDateTime(new Date(run.created_at), i18n.locale);
  return (
    <DetailHead
      above={[
        { path: "flows", title: <Trans>Flows</Trans> },
        { path: `flows/${name}`, title: name },
      ]}
      title={begun}
      aside={<FlowRunBadge run={run} />}
      actions={
        hasEnded(run) ? (
          run.state !== "succeeded" && (
            <Button icon={<RotateCw aria-hidden />} pending={isPending} onClick={() => void retry({ run })}>
              <Trans>Go on where it failed</Trans>
            </Button>
          )
        ) : (
          <Button
            className="text-danger-ink"
            icon={<Ban aria-hidden />}
            pending={isPending}
            onClick={() => void cancel(run)}
          >
            <Trans>Cancel the run</Trans>
          </Button>
        )
      }
    />
  );
}

function RunFacts({ run }: RunProps): ReactNode {
  const { t, i18n } = useLingui();
  const titleOf = useTriggerTitle();
  const took = tookMs(run);
  const { created_by: by } = run;
  const facts: Fact[] = [[t`Started`, titleOf(triggerTypeOf(run))]];
  if (run.started_at !== null) facts.push([t`Begun`, <Time key="begun" absolute value={run.started_at} />]);
  if (run.resumes_at !== null)
    facts.push([
      run.approval === null ? t`Goes on` : t`Goes on at the latest`,
      <Time key="resumes" absolute value={run.resumes_at} />,
    ]);
  if (took !== undefined) facts.push([t`Took`, formatDuration(took, i18n.locale)]);
  if (by !== null) facts.push([t`Stored by`, <FactParty key="by" name={by} />]);
  facts.push(["id", <FactCode key="id">{run.id}</FactCode>]);
  return <FactCard facts={facts} />;
}

function RunSteps({ run }: RunProps): ReactNode {
  const { t } = useLingui();
  const [{ node }, setAddress] = useSearchState(address);
  const steps = useRunSteps(run);
  const outcomes = useMemo(() => outcomesOf(steps.rows), [steps.rows]);
  const followed = useFollowedFlow(run);
  const shown = useMemo(
    () => (node === undefined ? steps.rows : steps.rows.filter((step) => step.node === node)),
    [steps.rows, node],
  );
  const mark = ({ id }: FlowNode) => {
    const outcome = outcomes.get(id);
    if (!outcome) return null;
    const { rounds, isFailed, isWaiting } = outcome;
    if (isWaiting) return <Badge tone="info">{t`Waits`}</Badge>;
    const times = rounds > 1 ? ` × ${rounds}` : "";
    return (
      <Badge tone={isFailed ? "danger" : "success"}>
        {isFailed ? t`Failed` : t`Done`}
        {times}
      </Badge>
    );
  };
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      {followed && (
        <FlowDrawing
          nodes={followed.nodes}
          start={<FlowStart triggers={followed.triggers} />}
          selected={node}
          onSelect={(id) => setAddress({ node: id === node ? undefined : id }, { replace: true })}
          markOf={mark}
        />
      )}
      <section aria-label={t`Steps`} className="flex min-w-0 flex-col gap-3">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="font-medium">{node === undefined ? t`Steps` : t`Steps of ${node}`}</h2>
          {node !== undefined && (
            <Button size="sm" onClick={() => setAddress({ node: undefined }, { replace: true })}>
              <Trans>Show all</Trans>
            </Button>
          )}
        </div>
        <StepList run={run} steps={shown} isPending={steps.isPending} error={steps.error} />
        <LoadMore
          shown={steps.rows.length}
          hasMore={steps.hasMore}
          pending={steps.isLoadingMore}
          onLoadMore={steps.loadMore}
        />
      </section>
    </div>
  );
}

function RunValues({ run: { input, trigger, result } }: RunProps): ReactNode {
  const { t } = useLingui();
  const isTelling = typeof trigger === "object" && trigger !== null && Object.keys(trigger).length > 1;
  return (
    <ValueSections
      values={[
        [t`Input`, input],
        [t`What has started it`, isTelling ? trigger : null],
        [t`Result`, result],
      ]}
    />
  );
}
