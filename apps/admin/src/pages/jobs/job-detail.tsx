import { Trans, useLingui } from "@lingui/react/macro";
import type { Job } from "@plinth/client/jobs";
import { useParams } from "@tanstack/react-router";
import { Ban, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { DetailHead } from "../../app/detail-head.tsx";
import { JobState } from "../../app/job-state.tsx";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { JsonView } from "../../ui/json-view.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
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
      {job.last_error !== null && job.state !== "succeeded" && (
        <p role="status" className="break-words rounded-lg border bg-danger-soft p-3 text-danger-ink text-sm">
          {job.last_error}
        </p>
      )}
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
  const code = (value: string) => <code className="break-all">{value}</code>;
  const facts: [string, ReactNode][] = [
    [t`State`, <JobState key="state" state={job.state} />],
    [t`Queue`, <QueueLink key="queue" queue={job.queue} />],
    [t`Kind`, code(job.kind)],
    [t`Attempts`, t`${job.attempts} of ${job.max_attempts}`],
    [t`Stored`, time(job.created_at)],
  ];
  if (job.state === "scheduled") facts.push([t`Next attempt`, time(job.run_at)]);
  if (job.started_at !== null) facts.push([t`Begun`, time(job.started_at)]);
  if (job.finished_at !== null) facts.push([t`Finished`, time(job.finished_at)]);
  if (job.worker !== null) facts.push([t`Worker`, code(job.worker)]);
  if (job.lease_until !== null) facts.push([t`The worker has it until`, time(job.lease_until)]);
  if (job.priority !== 0) facts.push([t`Priority`, job.priority]);
  if (job.unique_key !== null) facts.push([t`Unique key`, code(job.unique_key)]);
  if (job.concurrency_key !== null) facts.push([t`One at a time with`, code(job.concurrency_key)]);
  if (job.created_by !== null) facts.push([t`Stored by`, code(job.created_by)]);
  facts.push(["id", code(job.id)]);
  return (
    <Card>
      <KeyValueList items={facts.map(([label, value]) => ({ key: label, label, value }))} />
    </Card>
  );
}

function QueueLink({ queue }: Pick<Job, "queue">): ReactNode {
  return (
    <PageLink path={`jobs/queues/${encodeURIComponent(queue)}`} className="hover:underline">
      {queue}
    </PageLink>
  );
}

function JobValues({ job: { payload, progress, result, state } }: { readonly job: Job }): ReactNode {
  const { t } = useLingui();
  const values: [string, unknown][] = [[t`Payload`, payload]];
  if (progress !== null && state === "active") values.push([t`Progress`, progress]);
  if (result !== null) values.push([t`Result`, result]);
  return values.map(([label, value]) => (
    <section key={label} className="flex flex-col gap-2">
      <h2 className="font-medium">{label}</h2>
      <JsonView value={value} depth={3} label={label} />
    </section>
  ));
}
