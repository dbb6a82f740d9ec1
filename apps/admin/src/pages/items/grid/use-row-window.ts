import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { contentHeight, RowScroll } from "./row-scroll.ts";

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
  /** Of the head and all rows in the frame, in CSS pixels. */
  readonly height: number;
  /** Where a row stands in there. */
  startOf(index: number): number;
  /** Scrolls as little as needed. */
  show(index: number): void;
}

/** Rows beyond the screen, above and below. */
const BEYOND = 8;
/** The window moves by this many rows at once, so that slow scrolling renders seldom. */
const STEP = 4;
/** Milliseconds without scrolling after which the scroll bar of a very long list is put right. */
const REST_MS = 150;

interface Range {
  readonly first: number;
  readonly screen: number;
  readonly room: number;
  /** Of the rows, against their place in the list. */
  readonly shift: number;
}

/**
 * The rows of a long list that are in the page. As all have one height, what a scroll costs does not depend on how long
 * the list is, and neither does what a further page of it costs.
 */
export function useRowWindow({ frame, count, rowHeight, headHeight, held }: RowWindowOptions): RowWindow {
  const [{ first, screen, room, shift }, setRange] = useState<Range>({ first: 0, screen: 24, room: 0, shift: 0 });
  const [scroll] = useState(() => new RowScroll());
  const list = headHeight + count * rowHeight;

  const read = useCallback(() => {
    const element = frame.current!;
    const next = {
      first: Math.floor(scroll.offset / rowHeight / STEP) * STEP,
      screen: Math.ceil(element.clientHeight / rowHeight),
      room: element.clientWidth,
      shift: scroll.shift,
    };
    const isSame = (old: Range) =>
      old.first === next.first && old.screen === next.screen && old.room === next.room && old.shift === next.shift;
    setRange((old) => (isSame(old) ? old : next));
  }, [frame, rowHeight, scroll]);
  /** Puts the scroll bar where it belongs. The browser rounds, so the rows follow what it has made of it. */
  const settle = useCallback(() => {
    const element = frame.current!;
    if (Math.abs(element.scrollTop - scroll.wanted) >= 1) element.scrollTop = scroll.wanted;
    scroll.settled(element.scrollTop);
  }, [frame, scroll]);

  const drawn = useRef({ list, rowHeight });
  const resize = useCallback(() => {
    scroll.resize({ list: drawn.current.list, screen: frame.current!.clientHeight });
    if (scroll.isStuck) settle();
    read();
  }, [frame, scroll, settle, read]);
  useLayoutEffect(() => {
    const row = scroll.offset / drawn.current.rowHeight;
    const isRedrawn = drawn.current.rowHeight !== rowHeight;
    drawn.current = { list, rowHeight };
    resize();
    if (!isRedrawn) return;
    // Another height of the rows keeps the first one where it is.
    scroll.moveTo(row * rowHeight);
    settle();
    read();
  }, [list, rowHeight, scroll, resize, settle, read]);
  useLayoutEffect(() => {
    const resized = new ResizeObserver(resize);
    resized.observe(frame.current!);
    return () => resized.disconnect();
  }, [frame, resize]);

  useLayoutEffect(() => {
    const element = frame.current!;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      scroll.scrolled(element.scrollTop);
      if (scroll.isStuck) settle();
      // Within the frame of the scroll: later, empty space would be seen first.
      flushSync(read);
      clearTimeout(rest);
      if (!scroll.isStretched) return;
      rest = setTimeout(() => {
        settle();
        flushSync(read);
      }, REST_MS);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      clearTimeout(rest);
      element.removeEventListener("scroll", onScroll);
    };
  }, [frame, scroll, read, settle]);

  const from = Math.max(0, Math.min(first, count - 1) - BEYOND);
  const to = Math.min(count, first + screen + STEP + BEYOND);
  const indexes = Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
  if (held !== undefined && held < from) indexes.unshift(held);
  else if (held !== undefined && held >= to) indexes.push(held);
  const show = useCallback(
    (index: number) => {
      const element = frame.current;
      if (!element) return;
      scroll.scrolled(element.scrollTop);
      const space = element.clientHeight - headHeight;
      const top = index * rowHeight;
      if (top < scroll.offset) scroll.moveTo(top);
      else if (top + rowHeight > scroll.offset + space) scroll.moveTo(top + rowHeight - space);
      else return;
      settle();
      read();
    },
    [frame, rowHeight, headHeight, scroll, read, settle],
  );
  const height = contentHeight(list);
  return {
    indexes,
    range: [from, Math.max(from, to - 1)],
    screen,
    room,
    height,
    // A row that is held far below must not make the content higher.
    startOf: (index) => Math.min(headHeight + index * rowHeight - shift, height - rowHeight),
    show,
  };
}
