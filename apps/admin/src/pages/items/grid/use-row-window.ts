import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

export interface RowWindowOptions {
  /** What scrolls. */
  readonly frame: RefObject<HTMLElement | null>;
  readonly count: number;
  /** CSS pixels, the same for all rows. */
  readonly rowHeight: number;
  /** Of what stays above the rows. */
  readonly headHeight: number;
  /** A row that stays in the page wherever one scrolls, because something is typed in it. */
  readonly held: number | undefined;
}

export interface RowWindow {
  /** Rows that are in the page, in their order. */
  readonly indexes: readonly number[];
  /** The first and the last one of those around the screen. */
  readonly range: readonly [first: number, last: number];
  /** Rows that fit on the screen. */
  readonly screen: number;
  /** Of the frame, in CSS pixels. */
  readonly room: number;
  /** Scrolls as little as needed. */
  show(index: number): void;
}

/** Rows beyond the screen, above and below. */
const BEYOND = 8;
/** The window moves by this many rows at once, so that slow scrolling renders seldom. */
const STEP = 4;

interface Range {
  readonly first: number;
  readonly screen: number;
  readonly room: number;
}

/**
 * The rows of a long list that are in the page. As all have one height, what a scroll costs does not depend on how long
 * the list is, and neither does what a further page of it costs.
 */
export function useRowWindow({ frame, count, rowHeight, headHeight, held }: RowWindowOptions): RowWindow {
  const [{ first, screen, room }, setRange] = useState<Range>({ first: 0, screen: 24, room: 0 });
  const shownFirst = useRef(0);
  useLayoutEffect(() => {
    const element = frame.current!;
    // Another height of the rows keeps the first one where it is.
    element.scrollTop = shownFirst.current * rowHeight;
    const read = () => {
      shownFirst.current = element.scrollTop / rowHeight;
      const next = {
        first: Math.floor(shownFirst.current / STEP) * STEP,
        screen: Math.ceil(element.clientHeight / rowHeight),
        room: element.clientWidth,
      };
      const isSame = (old: Range) => old.first === next.first && old.screen === next.screen && old.room === next.room;
      setRange((old) => (isSame(old) ? old : next));
    };
    read();
    // Within the frame of the scroll: later, empty space would be seen first.
    const onScroll = () => flushSync(read);
    const resized = new ResizeObserver(read);
    element.addEventListener("scroll", onScroll, { passive: true });
    resized.observe(element);
    return () => {
      element.removeEventListener("scroll", onScroll);
      resized.disconnect();
    };
  }, [frame, rowHeight]);

  const from = Math.max(0, Math.min(first, count - 1) - BEYOND);
  const to = Math.min(count, first + screen + STEP + BEYOND);
  const indexes = Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
  if (held !== undefined && held < from) indexes.unshift(held);
  else if (held !== undefined && held >= to) indexes.push(held);
  const show = useCallback(
    (index: number) => {
      const element = frame.current;
      if (!element) return;
      const space = element.clientHeight - headHeight;
      const top = index * rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + rowHeight > element.scrollTop + space) element.scrollTop = top + rowHeight - space;
    },
    [frame, rowHeight, headHeight],
  );
  return { indexes, range: [from, Math.max(from, to - 1)], screen, room, show };
}
