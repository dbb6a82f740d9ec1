import { Trans, useLingui } from "@lingui/react/macro";
import type { JobQueue } from "@plinth/client/jobs";
import { Layers, Pause, Play } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiList } from "../../../api/hooks.ts";
import { useGo } from "../../../app/links.ts";
import { PageLink } from "../../../app/page-link.tsx";
import { PagedTable } from "../../../app/paged-table.tsx";
import type { DataColumn } from "../../../ui/data-table-model.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Time } from "../../../ui/time.tsx";
import { JobsFrame, NewJobButton } from "../jobs-frame.tsx";
import { CountText } from "./count-text.tsx";
import { QueueState } from "./queue-state.tsx";
import { useQueueSwitch } from "./use-queue-switch.ts";

/** Milliseconds. */
const EVERY = 3000;
/** Counts take time: no more are read at once. */
const PAGE = 50;

const pathOf = ({ queue }: JobQueue): string => `jobs/queues/${encodeURIComponent(queue)}`;

/** What is in each queue, and whether it is worked off. */
export default function QueueList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const queues = useApiList<JobQueue>("job-queues", { limit: PAGE }, { every: EVERY });
  const { turn } = useQueueSwitch();
  const columns = useMemo<readonly DataColumn<JobQueue>[]>(
    () => [
      {
        id: "queue",
        header: t`Queue`,
        primary: true,
        cell: (one) => (
          <PageLink path={pathOf(one)} className="font-medium hover:underline">
            {one.queue}
          </PageLink>
        ),
      },
      { id: "state", header: t`State`, cell: ({ paused }) => <QueueState paused={paused} /> },
      { id: "pending", header: t`Waiting`, align: "end", cell: ({ counts }) => <CountText count={counts.pending} /> },
      { id: "scheduled", header: t`Later`, align: "end", cell: ({ counts }) => <CountText count={counts.scheduled} /> },
      { id: "active", header: t`Running`, align: "end", cell: ({ counts }) => <CountText count={counts.active} /> },
      { id: "dead", header: t`Failed`, align: "end", cell: ({ counts }) => <CountText count={counts.dead} isBad /> },
      {
        id: "oldest",
        header: t`Waits longest`,
        cell: ({ oldest_pending_at: oldest }) => (oldest === null ? "–" : <Time value={oldest} />),
      },
    ],
    [t],
  );
  return (
    <JobsFrame>
      <PagedTable
        label={t`Queues`}
        list={queues}
        columns={columns}
        rowId={({ queue }) => queue}
        onOpen={(one) => go(pathOf(one))}
        actions={(one) => [
          one.paused
            ? { label: t`Resume`, icon: <Play aria-hidden />, onSelect: () => turn(one) }
            : { label: t`Pause`, icon: <Pause aria-hidden />, onSelect: () => turn(one) },
        ]}
        empty={
          <EmptyState icon={<Layers />} title={t`No queues yet`} actions={<NewJobButton />}>
            <Trans>A queue needs not be made: the first job that names it is enough.</Trans>
          </EmptyState>
        }
      />
    </JobsFrame>
  );
}
