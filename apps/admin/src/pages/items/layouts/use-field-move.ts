import { useLingui } from "@lingui/react/macro";
import type { Json } from "@plinth/core";
import { useUndo } from "../../../undo/use-undo.ts";
import type { CellDraft } from "../cell-writes.ts";
import type { ItemRow } from "../row-pages.ts";
import { type ItemWriting, useWrites } from "../use-writes.ts";
import type { Lanes } from "./use-lanes.ts";
import { type ArrowKey, type Move, useMove } from "./use-move.ts";

export interface FieldMoveOptions {
  readonly slug: string;
  readonly field: string;
  readonly step: (lane: string, key: ArrowKey) => string | undefined;
  /** What the field is in a lane. */
  readonly valueIn: (lane: string, row: ItemRow) => Json;
}

export interface FieldMove {
  readonly move: Move;
  readonly writing: ItemWriting;
  /** Where the item is shown: where it is being moved to, else where the server has it. */
  shownValue(row: ItemRow): Json;
  draftOf(row: ItemRow): CellDraft | undefined;
}

/** Moving an item writes one field. Until the server has stored it the value is a draft; what is refused goes back. */
export function useFieldMove(list: Lanes, { slug, field, step, valueIn }: FieldMoveOptions): FieldMove {
  const { t } = useLingui();
  const { offer } = useUndo(slug);
  const writing = useWrites(slug, list.lanes, {
    isMoved: true,
    onSent: (_id, _patch, requestId) => {
      if (requestId !== undefined) offer(t`Moved`, requestId);
    },
  });
  const { writes } = writing;
  const draftOf = (row: ItemRow) => writes.draft(row.id)?.get(field);
  const move = useMove({
    step,
    async drop(id, lane) {
      const row = list.lanes.at(id);
      if (!row) return;
      list.lanes.raise(id);
      await writes.write(row, { [field]: valueIn(lane, row) });
    },
  });
  return {
    move,
    writing,
    draftOf,
    shownValue(row) {
      const draft = draftOf(row);
      return draft?.state === "pending" ? draft.value : (row[field] ?? null);
    },
  };
}
