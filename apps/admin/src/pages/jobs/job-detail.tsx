import { Trans, useLingui } from "@lingui/react/macro";
import type { Job } from "@plinth/client/jobs";
import { useParams } from "@tanstack/react-router";
import { Ban, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { DetailHead } from "../../app/detail-head.tsx";
import { type Fact, FactCard, FactCode, FactLink, FactParty, ValueSections } from "../../app/fact-card.tsx";
import { JobState } from "../../app/job-state.tsx";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { FailureNotice } from "../../failures/failure-notice.tsx";
import { Button } from "../../ui/button.tsx";
import { Time } from "../../ui/time.tsx";
import { JobSteps } from "./job-steps.tsx";
import { useJobActions } from "./use-job-actions.tsx";

/** Milliseconds. */
const EVERY = 2000;

/** One job: what is to be done, how far it is, and what came of it. */
export default function JobDetail(): ReactNode {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const { data: job, error, refetch } = useApiGet<Job>(`jobs/${id}`, undefined, { every: EVERY });
  if (error && !job) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!job) return <PagePending />;
  return (
    <div className="flex max-w-5xl flex-col gap-4 p-4 lg:p-6">
      <JobHead job={job} />
      {job.last_error !== null && job.state !== "succeeded" && <FailureNotice text={job.last_error} />}
      <JobFacts job={job} />
      <JobValues job={job} />
      <JobSteps id={id} every={EVERY} />
    </div>
  );
}

function JobHead({ job }: { readonly job: Job }): ReactNode {
  const { isPending, canRetry, canCancel, retry, cancel } = useJobActions();
  const title = job.name || job.kind;
  return (
    <DetailHead
      above={[{ path: "jobs", title: <Trans>Jobs</Trans> }]}
      title={title}
      actions={
        <>
          {canRetry(job) && (
            <Button icon={<RotateCw aria-hidden />} pending={isPending} onClick={() => retry(job)}>
              <Trans>Run again</Trans>
            </Button>
          )}
          {canCancel(job) && (
            <Button
              className="text-danger-ink"
              icon={<Ban aria-hidden />}
              pending={isPending}
              onClick={() => void cancel(job)}
            >
              <Trans>Cancel the job</Trans>
            </Button>
          )}
        </>
      }
    />
  );
}

function JobFacts({ job }: { readonly job: Job }): ReactNode {
  const { t } = useLingui();
  const time = (value: string) => <Time absolute value={value} />;
  const code = (value: string) => <FactCode>{value}</FactCode>;
  const { queue, kind } = job;
  const facts: Fact[] = [
    [t`State`, <JobState key="state" state={job.state} />],
    [t`Queue`, <FactParty key="queue" name={`job_queue:${queue}`} />],
    [t`Kind`, code(kind)],
  ];
  if (kind === "function" || kind === "flow")
    facts.push([t`Runs`, <FactParty key="runs" name={`${kind}:${job.name}`} />]);
  if (kind === "flow")
    facts.push([
      t`Steps`,
      <FactLink key="run" path={`flows/${job.name}/runs/${job.id}`}>
        {t`Open the run`}
      </FactLink>,
    ]);
  facts.push([t`Attempts`, t`${job.attempts} of ${job.max_attempts}`], [t`Stored`, time(job.created_at)]);
  if (job.state === "scheduled") facts.push([t`Next attempt`, time(job.run_at)]);
  if (job.started_at !== null) facts.push([t`Begun`, time(job.started_at)]);
  if (job.finished_at !== null) facts.push([t`Finished`, time(job.finished_at)]);
  if (job.worker !== null) facts.push([t`Worker`, code(job.worker)]);
  if (job.lease_until !== null) facts.push([t`The worker has it until`, time(job.lease_until)]);
  if (job.priority !== 0) facts.push([t`Priority`, job.priority]);
  if (job.unique_key !== null) facts.push([t`Unique key`, code(job.unique_key)]);
  if (job.concurrency_key !== null) facts.push([t`One at a time with`, code(job.concurrency_key)]);
  if (job.created_by !== null) facts.push([t`Stored by`, <FactParty key="by" name={job.created_by} />]);
  facts.push(["id", code(job.id)]);
  return <FactCard facts={facts} />;
}

function JobValues({ job: { payload, progress, result, state } }: { readonly job: Job }): ReactNode {
  const { t } = useLingui();
  return (
    <ValueSections
      values={[
        [t`Payload`, payload],
        [t`Progress`, state === "active" ? progress : null],
        [t`Result`, result],
      ]}
    />
  );
}
