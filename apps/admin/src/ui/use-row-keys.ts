import { type KeyboardEvent, useState } from "react";

export interface RowKeysOptions {
  count: number;
  onOpen: ((index: number) => void) | undefined;
  /** Selects or deselects; with `range` everything from the last one to this one. */
  onToggle: ((index: number, range: boolean) => void) | undefined;
  onSelectAll: (() => void) | undefined;
  /** Makes a row visible and gives it the focus. */
  focusRow: (index: number) => void;
}

/** Where a key leads from a row. `undefined`: the key moves nothing. */
export function rowAfterKey(key: string, current: number, count: number, page = 10): number | undefined {
  const last = count - 1;
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: current + 1,
    ArrowUp: current - 1,
    PageDown: current + page,
    PageUp: current - page,
    Home: 0,
    End: last,
  };
  const next = Object.hasOwn(moves, key) ? moves[key] : undefined;
  return next === undefined || count === 0 ? undefined : Math.min(last, Math.max(0, next));
}

/** One row of the table is in the order of Tab; arrows move it, Enter opens it, Space selects it. */
export function useRowKeys({ count, onOpen, onToggle, onSelectAll, focusRow }: RowKeysOptions) {
  const [active, setActive] = useState(0);
  const current = Math.max(0, Math.min(active, count - 1));
  const goTo = (index: number) => {
    setActive(index);
    focusRow(index);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // Keys within a control of the row are the control's own.
    if (event.target instanceof HTMLElement && event.target.getAttribute("role") !== "row") return;
    const next = rowAfterKey(event.key, current, count);
    if (next !== undefined) {
      if (event.shiftKey && onToggle && next !== current) onToggle(next, true);
      goTo(next);
    } else if (event.key === "Enter" && onOpen) onOpen(current);
    else if (event.key === " " && onToggle) onToggle(current, event.shiftKey);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey) && onSelectAll) onSelectAll();
    else return;
    event.preventDefault();
  };
  return { current, setActive, onKeyDown };
}
