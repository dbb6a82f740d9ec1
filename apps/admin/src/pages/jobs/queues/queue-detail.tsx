import { Trans, useLingui } from "@lingui/react/macro";
import type { JobQueue } from "@plinth/client/jobs";
import { useParams } from "@tanstack/react-router";
import { Ban, Pause, Play, RotateCw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useApiGet } from "../../../api/hooks.ts";
import { DetailHead } from "../../../app/detail-head.tsx";
import { PageFailure } from "../../../app/page-failure.tsx";
import { PageLink } from "../../../app/page-link.tsx";
import { PagePending } from "../../../app/page-pending.tsx";
import { Button } from "../../../ui/button.tsx";
import { Time } from "../../../ui/time.tsx";
import { CancelManyDialog } from "./cancel-many-dialog.tsx";
import { CountText } from "./count-text.tsx";
import { QueueSettings } from "./queue-settings.tsx";
import { QueueState } from "./queue-state.tsx";
import { ReplayManyDialog } from "./replay-many-dialog.tsx";
import { useQueueSwitch } from "./use-queue-switch.ts";

/** Milliseconds. */
const EVERY = 2000;

/** One queue: what is in it, how fast it is worked off, and many of its jobs at once. */
export default function QueueDetail(): ReactNode {
  const { queue: name = "" } = useParams({ strict: false }) as { queue?: string };
  const path = `job-queues/${encodeURIComponent(name)}`;
  const { data, error, refetch } = useApiGet<JobQueue>(path, undefined, { every: EVERY });
  if (error && !data) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  return (
    <div className="flex max-w-5xl flex-col gap-5 p-4 lg:p-6">
      <QueueHead queue={data} />
      <QueueFigures queue={data} />
      <QueueSettings key={name} queue={data} />
    </div>
  );
}

interface QueueProps {
  readonly queue: JobQueue;
}

function QueueHead({ queue }: QueueProps): ReactNode {
  const { isPending, turn } = useQueueSwitch();
  const [open, setOpen] = useState<"replay" | "cancel">();
  const { counts, paused } = queue;
  const close = () => setOpen(undefined);
  return (
    <>
      <DetailHead
        above={[
          { path: "jobs", title: <Trans>Jobs</Trans> },
          { path: "jobs/queues", title: <Trans>Queues</Trans> },
        ]}
        title={queue.queue}
        aside={<QueueState paused={paused} />}
        actions={
          <>
            <Button
              icon={paused ? <Play aria-hidden /> : <Pause aria-hidden />}
              pending={isPending}
              onClick={() => turn(queue)}
            >
              {paused ? <Trans>Resume</Trans> : <Trans>Pause</Trans>}
            </Button>
            <Button icon={<RotateCw aria-hidden />} disabled={counts.dead === 0} onClick={() => setOpen("replay")}>
              <Trans>Run failed ones again</Trans>
            </Button>
            <Button
              className="text-danger-ink"
              icon={<Ban aria-hidden />}
              disabled={counts.pending + counts.scheduled === 0}
              onClick={() => setOpen("cancel")}
            >
              <Trans>Cancel waiting ones</Trans>
            </Button>
          </>
        }
      />
      {open === "replay" && <ReplayManyDialog queue={queue} onClose={close} />}
      {open === "cancel" && <CancelManyDialog queue={queue} onClose={close} />}
    </>
  );
}

function QueueFigures({ queue }: QueueProps): ReactNode {
  const { t } = useLingui();
  const { counts, oldest_pending_at: oldest, succeeded_last_minute: lately } = queue;
  const listed = (state: keyof JobQueue["counts"], isBad = false) => (
    <PageLink path="jobs" search={{ queue: queue.queue, state }} className="hover:underline">
      <CountText count={counts[state]} isBad={isBad} />
    </PageLink>
  );
  const figures: readonly (readonly [label: string, value: ReactNode])[] = [
    [t`Waiting`, listed("pending")],
    [t`Later`, listed("scheduled")],
    [t`Running`, listed("active")],
    [t`Failed`, listed("dead", true)],
    [t`Done`, listed("succeeded")],
    [t`Cancelled`, listed("cancelled")],
    [t`Done in the last minute`, <CountText key="lately" count={lately} />],
    [t`Waits longest`, oldest === null ? "–" : <Time key="oldest" value={oldest} />],
  ];
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
      {figures.map(([label, value]) => (
        <div key={label} className="flex flex-col-reverse rounded-lg border bg-surface px-3 py-2">
          <dt className="text-muted text-xs">{label}</dt>
          <dd className="font-semibold text-lg">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
