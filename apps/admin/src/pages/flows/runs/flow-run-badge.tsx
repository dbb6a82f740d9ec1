import { useLingui } from "@lingui/react/macro";
import type { FlowRun } from "@plinth/client/flows";
import type { ReactNode } from "react";
import { JobState } from "../../../app/job-state.tsx";
import { Badge } from "../../../ui/badge.tsx";

/** How far a run is: one that waits for people says so. */
export function FlowRunBadge({ run: { state, approval } }: { readonly run: FlowRun }): ReactNode {
  const { t } = useLingui();
  return approval === null ? <JobState state={state} /> : <Badge tone="warning">{t`Waits for approval`}</Badge>;
}
