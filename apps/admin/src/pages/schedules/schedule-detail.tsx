import { Trans, useLingui } from "@lingui/react/macro";
import type { Job } from "@plinth/client/jobs";
import type { Schedule } from "@plinth/client/schedules";
import { useParams } from "@tanstack/react-router";
import { Pause, Pencil, Play } from "lucide-react";
import type { ReactNode } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { DetailHead } from "../../app/detail-head.tsx";
import { useGo } from "../../app/links.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useDeletion } from "../../app/use-deletion.tsx";
import { NextTimes } from "../../triggers/next-times.tsx";
import { WhenText } from "../../triggers/when-text.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { JsonView } from "../../ui/json-view.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
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

function ScheduleFacts({ stored: { when, job, enabled, next_at } }: HeadProps): ReactNode {
  const { t } = useLingui();
  const facts: [string, ReactNode][] = [
    [t`State`, enabled ? <Badge key="on" tone="success">{t`On`}</Badge> : <Badge key="off">{t`Paused`}</Badge>],
    [t`When`, <WhenText key="when" when={when} />],
    [t`Job`, `${job.name ?? ""} · ${job.kind ?? "task"} · ${job.queue ?? "default"}`],
  ];
  if (next_at !== null) facts.push([t`Next time`, <Time key="next" absolute value={next_at} />]);
  return (
    <>
      <Card>
        <KeyValueList items={facts.map(([label, value]) => ({ key: label, label, value }))} />
      </Card>
      <section className="flex flex-col gap-2">
        <h2 className="font-medium">{t`Payload`}</h2>
        <JsonView value={job.payload} depth={3} label={t`Payload`} />
      </section>
    </>
  );
}
