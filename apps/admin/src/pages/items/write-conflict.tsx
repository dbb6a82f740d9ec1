import type { ReactNode } from "react";
import { ItemConflictDialog } from "../../app/conflict/item-conflict-dialog.tsx";
import type { ItemWriting, ShownRows } from "./use-writes.ts";

interface WriteConflictProps {
  readonly slug: string;
  readonly writing: ItemWriting;
  readonly shown: ShownRows;
}

/** Asks which values stay where somebody else was faster than a write of a layout. */
export function WriteConflict({ slug, writing, shown }: WriteConflictProps): ReactNode {
  const { conflict, settleConflict, holdConflict } = writing;
  if (!conflict) return null;
  const { row, patch } = conflict;
  return (
    <ItemConflictDialog
      // The next one asks anew.
      key={`${row.id} ${Object.keys(patch)}`}
      collection={slug}
      id={row.id}
      base={row}
      mine={patch}
      onSettle={(theirs, values) => {
        shown.replace(theirs);
        settleConflict(theirs, values);
      }}
      onGone={() => settleConflict()}
      onClose={holdConflict}
    />
  );
}
