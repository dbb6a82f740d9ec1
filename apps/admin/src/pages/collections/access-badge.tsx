import { Trans } from "@lingui/react/macro";
import { Lock, LockOpen, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";
import type { Openness } from "./access-summary.ts";

/** Whether rules let others than administrators at the items. */
export function AccessBadge({ openness }: { readonly openness: Openness }): ReactNode {
  if (openness === "open") {
    return (
      <Badge tone="warning">
        <LockOpen aria-hidden />
        <Trans>Open</Trans>
      </Badge>
    );
  }
  if (openness === "conditional") {
    return (
      <Badge tone="info">
        <ShieldCheck aria-hidden />
        <Trans>With conditions</Trans>
      </Badge>
    );
  }
  return (
    <Badge>
      <Lock aria-hidden />
      <Trans>Closed</Trans>
    </Badge>
  );
}
