import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Badge } from "../../../ui/badge.tsx";

/** Whether jobs of a queue begin. */
export function QueueState({ paused }: { readonly paused: boolean }): ReactNode {
  const { t } = useLingui();
  return paused ? <Badge tone="warning">{t`Paused`}</Badge> : <Badge tone="success">{t`Switched on`}</Badge>;
}
