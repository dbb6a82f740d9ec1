import { useLingui } from "@lingui/react/macro";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { usesRequestAlone } from "./uses-request.ts";

interface RequestWarningProps {
  readonly source: string;
  /** What starts the function by itself, such as "the schedule Report". None: nothing is said. */
  readonly starters: readonly string[];
}

/** Says before it happens that a function fails where no request calls it. */
export function RequestWarning({ source, starters }: RequestWarningProps): ReactNode {
  const { t } = useLingui();
  if (starters.length === 0 || !usesRequestAlone(source)) return null;
  const by = starters.join(", ");
  return (
    <p role="status" className="flex gap-2 rounded-lg border border-warning-ink/40 bg-warning-soft p-3 text-sm">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning-ink" />
      <span className="min-w-0">
        {t`It is started by ${by}, and its code uses request, which is there only where somebody calls it. What has started it is job.payload of the context.`}
      </span>
    </p>
  );
}
