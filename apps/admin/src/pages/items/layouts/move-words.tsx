import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "../../../ui/button.tsx";
import type { Move } from "./use-move.ts";

export interface MoveWordsProps {
  readonly move: Move;
  readonly titleOf: (id: string) => string;
  readonly laneName: (lane: string) => string;
}

/** What is being moved: a line that says how it goes on, and what follows the pointer. */
export function MoveWords({ move, titleOf, laneName }: MoveWordsProps) {
  const { t } = useLingui();
  const { held } = move;
  const title = held ? titleOf(held.id) : "";
  const lane = held ? laneName(held.target) : "";
  return (
    <>
      <p role="status" className="sr-only">
        {held && t`${title}: ${lane}`}
      </p>
      {held?.by === "steps" && (
        <div className="flex flex-wrap items-center justify-between gap-2 rounded-lg border bg-selected px-3 py-2 text-sm">
          <p>
            <Trans>
              “{title}” goes to <strong>{lane}</strong>. Choose by arrow keys and Enter, or press “Put here”.
            </Trans>
          </p>
          <Button size="sm" onClick={move.cancel}>
            <Trans>Cancel</Trans>
          </Button>
        </div>
      )}
      {held?.by === "pointer" && (
        <div
          ref={move.ghost}
          aria-hidden
          // Out of sight until the pointer's place is known.
          style={{ transform: "translate(-100vw, 0)" }}
          className="pointer-events-none fixed top-0 left-0 z-50 max-w-60 truncate rounded-md border bg-raised px-2 py-1 font-medium text-sm shadow-pop"
        >
          {title}
        </div>
      )}
    </>
  );
}

/** Of a lane, while an item is moved by steps. */
export function PutHere({ move, lane, name }: { move: Move; lane: string; name: string }) {
  const { t } = useLingui();
  if (move.held?.by !== "steps" || move.held.from === lane) return null;
  return (
    <Button size="sm" aria-label={t`Put into ${name}`} onClick={() => move.put(lane)}>
      <Trans>Put here</Trans>
    </Button>
  );
}
