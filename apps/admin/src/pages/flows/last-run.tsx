import type { FlowRun } from "@plinth/client/flows";
import type { ReactNode } from "react";
import { type PagedList, useApiList } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Time } from "../../ui/time.tsx";
import { FlowRunBadge } from "./runs/flow-run-badge.tsx";

interface LastRunProps {
  readonly flow: string;
  /** The newest runs of all flows. */
  readonly recent: PagedList<FlowRun>;
}

/** The last run of a flow. Where it is not among the newest of all, it is asked for. */
export function LastRun({ flow, recent }: LastRunProps): ReactNode {
  const known = recent.rows.find((run) => run.flow === flow);
  const isOlder = known === undefined && recent.hasMore;
  const own = useApiList<FlowRun>("flow-runs", { flow, limit: 1 }, { enabled: isOlder });
  const run = known ?? own.rows[0];
  if (!run) return "–";
  return (
    <PageLink
      path={`flows/${flow}/runs/${run.id}`}
      className="inline-flex flex-wrap items-center gap-2 hover:underline"
    >
      <FlowRunBadge run={run} />
      <Time value={run.created_at} className="text-muted text-xs" />
    </PageLink>
  );
}
