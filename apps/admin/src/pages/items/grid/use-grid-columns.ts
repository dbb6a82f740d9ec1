import type { Field } from "@plinth/core";
import { observeElementOffset, useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useLayoutEffect, useMemo } from "react";
import { usualWidth } from "../cell-value.ts";
import { filledWidths } from "./filled-widths.ts";
import { GUTTER } from "./row-head.tsx";

/** A column that is in the page. */
export interface GridColumn {
  readonly key: string;
  /** Among the fields of the grid. */
  readonly index: number;
  /** CSS pixels from the left edge of the rows. */
  readonly left: number;
  readonly width: number;
  /** It stays where it is when one scrolls sideways. */
  readonly pinned: boolean;
  /** The last one of those that stay. */
  readonly edge: boolean;
}

export interface GridColumnsOptions {
  readonly frame: RefObject<HTMLDivElement | null>;
  /** The pinned ones first. */
  readonly fields: readonly Field[];
  readonly pinned: number;
  readonly widths: Readonly<Record<string, number>>;
  /** CSS pixels of the frame. */
  readonly room: number;
}

export interface GridColumns {
  readonly columns: readonly GridColumn[];
  /** Of a row, in CSS pixels. */
  readonly width: number;
  /** Scrolls as little as needed. */
  show(index: number): void;
}

/** The columns that are in the page: those that are pinned, and of the rest what is on the screen. */
export function useGridColumns({ frame, fields, pinned, widths, room }: GridColumnsOptions): GridColumns {
  const wide = useMemo(() => filledWidths(fields, widths, room), [fields, widths, room]);
  const widthOf = useCallback((field: Field) => wide.get(field.name)!, [wide]);
  // By the widths without what fills the frame: where that is used, nothing is scrolled sideways.
  const least = fields.slice(0, pinned).map((field) => widths[field.name] ?? usualWidth(field));
  const fixed = fittingCount(least, room);
  const fixedWidth = fields.slice(0, fixed).reduce((sum, field) => sum + widthOf(field), GUTTER);
  // The same functions as long as nothing has changed: for others all columns are measured again, and all rows rendered.
  const keyOf = useCallback((index: number) => fields[fixed + index]!.name, [fields, fixed]);
  const estimateSize = useCallback((index: number) => widthOf(fields[fixed + index]!), [fields, fixed, widthOf]);
  const across = useVirtualizer({
    horizontal: true,
    count: fields.length - fixed,
    getScrollElement: () => frame.current,
    observeElementOffset: observeSideways,
    estimateSize,
    getItemKey: keyOf,
    paddingStart: fixedWidth,
    scrollPaddingStart: fixedWidth,
    overscan: 2,
  });
  // Before the next key: it makes the column wider than it is by then.
  useLayoutEffect(() => {
    void estimateSize;
    across.measure();
  }, [across, estimateSize]);
  const items = across.getVirtualItems();
  // The same list as long as nothing has changed, so that rows need not be rendered again.
  const columns = useMemo(() => {
    let left = GUTTER;
    const still = fields.slice(0, fixed).map((field, index) => {
      const width = widthOf(field);
      left += width;
      return { key: field.name, index, left: left - width, width, pinned: true, edge: index === fixed - 1 };
    });
    const rest = items.map(({ key, index, start, size }) => ({
      key: String(key),
      index: fixed + index,
      left: start,
      width: size,
      pinned: false,
      edge: false,
    }));
    return [...still, ...rest];
  }, [fields, fixed, widthOf, items]);
  return {
    columns,
    width: across.getTotalSize(),
    show: (index) => {
      if (index >= fixed) across.scrollToIndex(index - fixed);
    },
  };
}

/** How many of these widths, with the first column, leave half of the room for what is not pinned. */
export function fittingCount(widths: readonly number[], room: number): number {
  let sum = GUTTER;
  const tooWide = widths.findIndex((width) => {
    sum += width;
    return sum > room / 2;
  });
  return tooWide < 0 ? widths.length : tooWide;
}

/** Scrolling down changes nothing for the columns, and would render the grid a second time. */
function observeSideways(
  columns: Virtualizer<HTMLDivElement, Element>,
  report: (offset: number, isScrolling: boolean) => void,
) {
  let last: number | undefined;
  return observeElementOffset(columns, (offset) => {
    if (offset === last) return;
    last = offset;
    report(offset, false);
  });
}
