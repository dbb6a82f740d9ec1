import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Progress } from "../ui/progress.tsx";

/** How far a file is read; nothing while none is. */
export function ScanProgress({ rows }: { readonly rows: number | undefined }): ReactNode {
  const { t } = useLingui();
  if (rows === undefined) return null;
  return (
    <div className="flex flex-col gap-1">
      <Progress label={t`Reading the file`} />
      <p className="text-muted text-sm" aria-live="polite">
        <Trans>{rows} rows read</Trans>
      </p>
    </div>
  );
}
