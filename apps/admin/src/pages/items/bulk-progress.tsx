import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Progress } from "../../ui/progress.tsx";
import type { BulkWriting } from "./use-bulk-writes.ts";

/** How far a write of many chosen items is. */
export function BulkProgress({ of: { progress } }: { readonly of: BulkWriting }): ReactNode {
  const { t } = useLingui();
  if (!progress) return null;
  const { sent, total } = progress;
  const text = t`${sent} of ${total} items`;
  return (
    <div className="flex w-full flex-col gap-1 text-muted text-xs">
      <Progress label={t`Items that are written`} value={sent} max={total} valueText={text} />
      {text}
    </div>
  );
}
