import {
  createSortedRowModel,
  type ReactTable,
  type Row,
  rowSelectionFeature,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { type ReactNode, useMemo, useState } from "react";
import { compareValues, isNothing, type SortValue } from "./compare-values.ts";

export interface DataColumn<Data> {
  id: string;
  header: string;
  cell: (row: Data) => ReactNode;
  /** What the column is sorted by. Without it the column is not sortable. */
  sortBy?: (row: Data) => SortValue;
  align?: "start" | "end";
  /** A width of CSS, for example "8rem". The others share what is left. */
  width?: string;
  /** The title of the card where the table is narrow. */
  primary?: boolean;
  /** Where the table is narrow, it stands in one line with the other brief ones, without its header. */
  brief?: boolean;
}

export interface TableSort {
  column: string;
  descending: boolean;
}

export const FEATURES = tableFeatures({
  rowSortingFeature,
  rowSelectionFeature,
  sortedRowModel: createSortedRowModel(),
});

export type DataRow<Data> = Row<typeof FEATURES, Data & object>;
export type DataTableModel<Data> = ReactTable<typeof FEATURES, Data & object>;

export interface ModelOptions<Data> {
  rows: readonly Data[];
  columns: readonly DataColumn<Data>[];
  rowId: (row: Data) => string;
  selection: ReadonlySet<string> | undefined;
  onSelectionChange: ((selection: ReadonlySet<string>) => void) | undefined;
  sort: TableSort | null | undefined;
  onSortChange: ((sort: TableSort | null) => void) | undefined;
}

/** Sorting and selection. Both are the caller's where it gives them, so that they can stand in the address. */
export function useDataTable<Data extends object>(options: ModelOptions<Data>): DataTableModel<Data> {
  const { rows, columns, rowId, selection, onSelectionChange, sort, onSortChange } = options;
  const [ownSort, setOwnSort] = useState<TableSort | null>(null);
  const sorted = sort === undefined ? ownSort : sort;
  const sorting = useMemo<SortingState>(
    () => (sorted ? [{ id: sorted.column, desc: sorted.descending }] : []),
    [sorted?.column, sorted?.descending, sorted],
  );
  const rowSelection = useMemo(() => recordOf(selection), [selection]);
  return useTable<typeof FEATURES, Data & object>({
    features: FEATURES,
    data: useMemo(() => [...rows], [rows]),
    columns: useMemo(() => columns.map(columnDef<Data>), [columns]),
    getRowId: rowId,
    state: { sorting, rowSelection },
    enableMultiSort: false,
    sortDescFirst: false,
    enableRowSelection: onSelectionChange !== undefined,
    onSortingChange: (updater) => {
      const [next] = typeof updater === "function" ? updater(sorting) : updater;
      const change = next ? { column: next.id, descending: next.desc } : null;
      (onSortChange ?? setOwnSort)(change);
    },
    onRowSelectionChange: (updater) => {
      const next = typeof updater === "function" ? updater(rowSelection) : updater;
      onSelectionChange?.(new Set(Object.keys(next)));
    },
  });
}

function recordOf(selection: ReadonlySet<string> | undefined): Record<string, true> {
  return Object.fromEntries([...(selection ?? [])].map((id) => [id, true as const]));
}

function columnDef<Data>({ id, sortBy }: DataColumn<Data>) {
  return {
    id,
    // What is nothing is last in both directions: the table does that with `undefined` alone.
    accessorFn: (row: Data): SortValue => {
      const value = sortBy?.(row);
      return isNothing(value) ? undefined : value;
    },
    enableSorting: sortBy !== undefined,
    sortUndefined: "last" as const,
    sortFn: (one: DataRow<Data>, other: DataRow<Data>, column: string) =>
      compareValues(one.getValue<SortValue>(column), other.getValue<SortValue>(column)),
  };
}
