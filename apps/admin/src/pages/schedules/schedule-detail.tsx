import { Trans, useLingui } from "@lingui/react/macro";
import type { Job } from "@plinth/client/jobs";
import type { Schedule } from "@plinth/client/schedules";
import { useParams } from "@tanstack/react-router";
import { Pause, Pencil, Play } from "lucide-react";
import type { ReactNode } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { DetailHead } from "../../app/detail-head.tsx";
import { type Fact, FactCard, FactParty, ValueSections } from "../../app/fact-card.tsx";
import { HookSecretNotice } from "../../app/hook-secret-notice.tsx";
import { useGo } from "../../app/links.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useDeletion } from "../../app/use-deletion.tsx";
import { useFunctionNames } from "../../deployed/job-name-field.tsx";
import { FailureNotice } from "../../failures/failure-notice.tsx";
import { NextTimes } from "../../triggers/next-times.tsx";
import { WhenText } from "../../triggers/when-text.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Time } from "../../ui/time.tsx";
import { FiringList } from "./firing-list.tsx";

/** Milliseconds. */
const EVERY = 3000;

/** One schedule: when it starts its job, and what it has started. */
export default function ScheduleDetail(): ReactNode {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const { data: stored, error, refetch } = useApiGet<Schedule>(`schedules/${id}`, undefined, { every: EVERY });
  if (error && !stored) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!stored) return <PagePending />;
  const { when } = stored;
  return (
    <div className="flex max-w-5xl flex-col gap-4 p-4 lg:p-6">
      <ScheduleHead stored={stored} />
      <ScheduleProblem stored={stored} />
      <ScheduleFacts stored={stored} />
      {when.type === "cron" && stored.enabled && <NextTimes schedule={when.schedule} zone={when.zone ?? "UTC"} />}
      <FiringList firings={stored.last_firings} />
    </div>
  );
}

interface HeadProps {
  readonly stored: Schedule;
}

function ScheduleHead({ stored: { id, name, enabled } }: HeadProps): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const path = `schedules/${id}`;
  const changes = ["schedules", "jobs"];
  const toggle = useApiMutation({ run: (api) => api.patch(path, { enabled: !enabled }), changes });
  const run = useApiMutation({
    run: (api) => api.post<Job>(`${path}/run`),
    changes,
    onDone: (job) => go(`jobs/${job.id}`),
  });
  const deletion = useDeletion({
    path,
    list: "schedules",
    changes,
    question: t`Delete the schedule ${name}?`,
    description: t`It starts nothing any more. Jobs that it has stored stay. This cannot be undone.`,
    done: t`The schedule is deleted`,
  });
  return (
    <DetailHead
      above={[{ path: "schedules", title: <Trans>Schedules</Trans> }]}
      title={name}
      actions={
        <>
          <Button icon={<Play aria-hidden />} pending={run.isPending} onClick={() => run.mutate()}>
            <Trans>Run now</Trans>
          </Button>
          <Button
            icon={enabled ? <Pause aria-hidden /> : <Play aria-hidden />}
            pending={toggle.isPending}
            onClick={() => toggle.mutate()}
          >
            {enabled ? <Trans>Pause</Trans> : <Trans>Resume</Trans>}
          </Button>
          <Button icon={<Pencil aria-hidden />} onClick={() => go(`${path}/edit`)}>
            <Trans>Change</Trans>
          </Button>
          {deletion.button}
        </>
      }
      error={toggle.error ?? run.error ?? deletion.error}
    />
  );
}

/** Says why each of its jobs would fail, where that is known before. */
function ScheduleProblem({ stored: { job, last_firings } }: HeadProps): ReactNode {
  const functions = useFunctionNames();
  const { kind, name = "" } = job;
  const [last] = last_firings;
  if (kind === "function" && functions && !functions.includes(name))
    return <FailureNotice text={`There is no function named ${name}.`} />;
  if (last?.off && last.error !== undefined) return <FailureNotice text={last.error} />;
  return kind === "http" ? <HookSecretNotice /> : null;
}

function ScheduleFacts({ stored: { when, job, enabled, next_at } }: HeadProps): ReactNode {
  const { t } = useLingui();
  const { kind = "task", name = "", queue = "default" } = job;
  const isCode = kind === "function" || kind === "flow";
  const facts: Fact[] = [
    [
      t`State`,
      enabled ? <Badge key="on" tone="success">{t`Switched on`}</Badge> : <Badge key="off">{t`Paused`}</Badge>,
    ],
    [t`When`, <WhenText key="when" when={when} />],
    [t`Job`, isCode ? <FactParty key="job" name={`${kind}:${name}`} /> : `${name} · ${kind}`],
    [t`Queue`, <FactParty key="queue" name={`job_queue:${queue}`} />],
  ];
  if (next_at !== null) facts.push([t`Next time`, <Time key="next" absolute value={next_at} />]);
  return (
    <>
      <FactCard facts={facts} />
      <ValueSections values={[[t`Payload`, job.payload]]} />
    </>
  );
}
