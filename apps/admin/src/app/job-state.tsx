import { useLingui } from "@lingui/react/macro";
import type { Job, JobState as State } from "@plinth/client/jobs";
import type { ReactNode } from "react";
import { Badge } from "../ui/badge.tsx";

export const JOB_STATES = ["pending", "scheduled", "active", "succeeded", "dead", "cancelled"] as const;

const TONES = {
  pending: "info",
  scheduled: "neutral",
  active: "info",
  succeeded: "success",
  dead: "danger",
  cancelled: "neutral",
} as const;

export function useStateNames(): Readonly<Record<State, string>> {
  const { t } = useLingui();
  return {
    pending: t`Waiting`,
    scheduled: t`Scheduled`,
    active: t`Running`,
    succeeded: t`Done`,
    dead: t`Failed`,
    cancelled: t`Cancelled`,
  };
}

export function JobState({ state }: Pick<Job, "state">): ReactNode {
  return <Badge tone={TONES[state]}>{useStateNames()[state]}</Badge>;
}
