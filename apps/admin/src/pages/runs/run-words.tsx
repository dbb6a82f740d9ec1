import { useLingui } from "@lingui/react/macro";
import type { Run, RunKind, RunStatus, RunTrigger } from "@plinth/client/runs";
import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";

export const RUN_KINDS = ["function", "job", "webhook", "schedule", "flow"] as const satisfies readonly RunKind[];
export const RUN_STATUSES = [
  "running",
  "succeeded",
  "failed",
  "lost",
  "suspended",
  "cancelled",
] as const satisfies readonly RunStatus[];

const TONES = {
  running: "info",
  succeeded: "success",
  failed: "danger",
  lost: "danger",
  suspended: "neutral",
  cancelled: "neutral",
} as const;

export function useStatusNames(): Readonly<Record<RunStatus, string>> {
  const { t } = useLingui();
  return {
    running: t`Running`,
    succeeded: t`Done`,
    failed: t`Failed`,
    lost: t`Lost`,
    suspended: t`Sleeps`,
    cancelled: t`Cancelled`,
  };
}

export function useKindNames(): Readonly<Record<RunKind, string>> {
  const { t } = useLingui();
  return { function: t`Function`, job: t`Job`, webhook: t`Webhook`, schedule: t`Schedule`, flow: t`Flow` };
}

export function useTriggerNames(): Readonly<Record<RunTrigger, string>> {
  const { t } = useLingui();
  return {
    http: t`Request`,
    enqueue: t`Stored job`,
    job: t`Job`,
    change: t`Change`,
    cron: t`Time`,
    date: t`Date of an item`,
    job_failed: t`Failed job`,
    webhook: t`Webhook`,
    event: t`Event`,
    manual: t`By hand`,
    before_write: t`Write`,
    hook: t`Hook`,
  };
}

export function RunState({ status }: Pick<Run, "status">): ReactNode {
  return <Badge tone={TONES[status]}>{useStatusNames()[status]}</Badge>;
}
