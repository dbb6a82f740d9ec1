import { Trans } from "@lingui/react/macro";
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import type { CellWrites, RefusedCell } from "../cell-writes.ts";

interface RefusedLineProps {
  readonly writes: CellWrites;
  /** The selected cell. */
  readonly active: Pick<RefusedCell, "id" | "field"> | undefined;
  readonly onShow: (refused: RefusedCell) => void;
}

/** Why a value was not saved: that of the selected cell, else the newest one. */
export function RefusedLine({ writes, active, onShow }: RefusedLineProps): ReactNode {
  const { refused } = writes;
  const selected = refused.find(({ id, field }) => id === active?.id && field === active.field);
  const shown = selected ?? refused.at(-1);
  return (
    // Present even without a refusal, so that screen readers speak one that appears.
    <div aria-live="polite" className="flex flex-wrap items-center gap-2 text-sm empty:hidden">
      {shown && (
        <>
          <CircleAlert aria-hidden className="size-4 shrink-0 text-danger-ink" />
          <p className="min-w-0 text-danger-ink">
            <strong className="font-medium">
              <Trans>Not saved.</Trans>
            </strong>{" "}
            {shown.reason}
          </p>
          {!selected && (
            <Button size="sm" onClick={() => onShow(shown)}>
              <Trans>Go to the cell</Trans>
            </Button>
          )}
          <Button size="sm" variant="ghost" onClick={() => writes.drop(shown.id, [shown.field])}>
            <Trans>Discard</Trans>
          </Button>
        </>
      )}
    </div>
  );
}
