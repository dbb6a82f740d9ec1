import { useLingui } from "@lingui/react/macro";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Fragment, type ReactNode, useEffect, useRef } from "react";
import { cn } from "./cn.ts";
import { DataTableCardTools, DataTableHead } from "./data-table-head.tsx";
import { type DataColumn, type TableSort, useDataTable } from "./data-table-model.ts";
import { DataTableRow } from "./data-table-row.tsx";
import { ErrorState } from "./error-state.tsx";
import type { MenuEntry } from "./menu-entries.tsx";
import { SkeletonLines } from "./skeleton.tsx";
import { useRowKeys } from "./use-row-keys.ts";

/** Above this many rows only those on the screen are in the page. */
const VIRTUAL_FROM = 200;

export interface DataTableProps<Data> {
  /** What the rows are: "Users". */
  label: string;
  /** `undefined` while they are loaded. Up to some thousands; must keep its identity between renders. */
  rows: readonly Data[] | undefined;
  /** Must keep its identity between renders too. */
  columns: readonly DataColumn<Data>[];
  rowId: (row: Data) => string;
  error?: unknown;
  onRetry?: () => void;
  /** An `EmptyState`. */
  empty: ReactNode;
  /** Enter and a press on the row. A column should hold the same as a link. */
  onOpen?: (row: Data) => void;
  actions?: (row: Data) => readonly MenuEntry[];
  selection?: ReadonlySet<string>;
  onSelectionChange?: (selection: ReadonlySet<string>) => void;
  /** Given if the order stands in the address. */
  sort?: TableSort | null;
  onSortChange?: (sort: TableSort | null) => void;
  /** Below the last row, for example `LoadMore`. */
  footer?: ReactNode;
  /** Rows beside each other with the same text stand below it as a heading, while they are in their own order. */
  headingOf?: (row: Data) => string;
  /** Limits the height: the head stays while the rows scroll. */
  className?: string;
}

export function DataTable<Data extends object>(props: DataTableProps<Data>) {
  const { rows, error, onRetry, empty, className } = props;
  const frame = cn("min-w-0 overflow-hidden rounded-lg border bg-surface", className);
  if (error !== undefined && error !== null) {
    return (
      <div className={frame}>
        <ErrorState error={error} onRetry={onRetry} />
      </div>
    );
  }
  if (rows === undefined) {
    return (
      <div className={frame}>
        <SkeletonLines lines={6} className="p-4" />
      </div>
    );
  }
  if (rows.length === 0) return <div className={frame}>{empty}</div>;
  return <FilledTable {...props} rows={rows} />;
}

function FilledTable<Data extends object>({
  label,
  rows,
  columns,
  rowId,
  onOpen,
  actions,
  selection,
  onSelectionChange,
  sort,
  onSortChange,
  footer,
  headingOf,
  className,
}: DataTableProps<Data> & { rows: readonly Data[] }) {
  const { t } = useLingui();
  const frame = useRef<HTMLDivElement>(null);
  const table = useDataTable({ rows, columns, rowId, selection, onSelectionChange, sort, onSortChange });
  const shown = table.getRowModel().rows;
  const selectable = onSelectionChange !== undefined;
  const virtual = useVirtualizer({
    count: shown.length,
    enabled: shown.length > VIRTUAL_FROM,
    getScrollElement: () => frame.current,
    estimateSize: () => 37,
    getItemKey: (index) => shown[index]!.id,
    overscan: 12,
  });
  const isVirtual = shown.length > VIRTUAL_FROM;
  const items = isVirtual ? virtual.getVirtualItems() : shown.map((_, index) => ({ index, start: 0, end: 0 }));
  const toggle = (index: number, range: boolean) => {
    const row = shown[index];
    if (row) row.getToggleSelectedHandler()({ target: { checked: range || !row.getIsSelected() }, shiftKey: range });
  };
  const keys = useRowKeys({
    count: shown.length,
    onOpen: onOpen && ((index) => onOpen(shown[index]!.original)),
    onToggle: selectable ? toggle : undefined,
    onSelectAll: selectable ? () => table.toggleAllRowsSelected(true) : undefined,
    focusRow: (index) => {
      if (isVirtual) virtual.scrollToIndex(index);
      // The row may come into the page only with the next frame.
      requestAnimationFrame(() => frame.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus());
    },
  });
  const { sorting } = table.state;
  const { setActive } = keys;
  useEffect(() => {
    // In another order the rows at this place are others.
    if (sorting.length === 0) return;
    setActive(0);
    frame.current?.scrollTo({ top: 0 });
  }, [sorting, setActive]);
  // The active row may be scrolled out of the page; Tab then reaches the first one that is there.
  const tabStop = items.some(({ index }) => index === keys.current) ? keys.current : items[0]?.index;
  const width = columns.length + Number(selectable) + Number(actions !== undefined);
  const above = isVirtual ? (items[0]?.start ?? 0) : 0;
  const below = isVirtual ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  return (
    <div className={cn("@container flex min-w-0 flex-col overflow-hidden rounded-lg border bg-surface", className)}>
      <DataTableCardTools table={table} columns={columns} selectable={selectable} />
      <div ref={frame} className={cn("min-h-0 overflow-auto", isVirtual && "max-h-[75dvh]")}>
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows take the focus and are selected
          role="grid"
          aria-label={label}
          aria-rowcount={shown.length + 1}
          aria-multiselectable={selectable || undefined}
          aria-description={onOpen ? t`Arrow keys move between rows, Enter opens one.` : undefined}
          className="w-full border-separate border-spacing-0 text-sm @max-xl:block"
          onKeyDown={keys.onKeyDown}
        >
          <DataTableHead table={table} columns={columns} selectable={selectable} hasActions={actions !== undefined} />
          <tbody
            className={cn(
              "@max-xl:block",
              // The frame ends the last row.
              footer === undefined && "[&>tr:last-child]:border-b-0 [&>tr:last-child>td]:border-b-0",
            )}
          >
            <Spacer height={above} width={width} />
            {items.map(({ index }) => {
              const row = shown[index]!;
              const before = shown[index - 1];
              const heading = sorting.length === 0 ? headingOf?.(row.original) : undefined;
              const isFirst = heading !== undefined && (!before || headingOf?.(before.original) !== heading);
              return (
                <Fragment key={row.id}>
                  {isFirst && <HeadingRow text={heading} width={width} />}
                  <DataTableRow
                    ref={isVirtual ? virtual.measureElement : undefined}
                    data-index={index}
                    aria-rowindex={index + 2}
                    tabIndex={index === tabStop ? 0 : -1}
                    onFocus={() => keys.setActive(index)}
                    row={row}
                    columns={columns}
                    selectable={selectable}
                    onToggle={(range) => toggle(index, range)}
                    onOpen={onOpen && (() => onOpen(row.original))}
                    entries={actions?.(row.original)}
                  />
                </Fragment>
              );
            })}
            <Spacer height={below} width={width} />
          </tbody>
        </table>
        {footer}
      </div>
    </div>
  );
}

function HeadingRow({ text, width }: { text: string; width: number }) {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: browsers drop the role where CSS makes cards of rows
    <tr role="row" className="@max-xl:block">
      <th
        scope="rowgroup"
        colSpan={width}
        className="@max-xl:block border-b bg-sunken px-3 py-1.5 text-left font-semibold text-muted text-xs"
      >
        {text}
      </th>
    </tr>
  );
}

/** Stands for the rows that are not in the page. */
function Spacer({ height, width }: { height: number; width: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className="@max-xl:block">
      <td colSpan={width} style={{ height }} className="@max-xl:block p-0" />
    </tr>
  );
}
