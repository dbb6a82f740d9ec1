import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";
import type { FunctionSettings } from "./deployed.ts";

/** What runs a function: what can do all that the server can stands out. */
export function RuntimeBadge({ runtime }: Pick<FunctionSettings, "runtime">): ReactNode {
  const { t } = useLingui();
  return runtime === "trusted" ? (
    <Badge tone="warning">{t`Trusted: runs without the sandbox`}</Badge>
  ) : (
    <Badge tone="neutral">{t`Runs in the sandbox`}</Badge>
  );
}
