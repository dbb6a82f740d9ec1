import type { ReactNode } from "react";
import type { PagedList } from "../api/hooks.ts";
import { DataTable, type DataTableProps } from "../ui/data-table.tsx";
import { LoadMore } from "../ui/pagination.tsx";

interface PagedTableProps<Data> extends Omit<DataTableProps<Data>, "rows" | "error" | "onRetry" | "footer"> {
  readonly list: PagedList<Data>;
}

/** A table of a list that is read page by page, with a button for the next page below it. */
export function PagedTable<Data extends object>({ list, ...table }: PagedTableProps<Data>): ReactNode {
  const { rows, isPending, error, hasMore, isLoadingMore, loadMore, refetch } = list;
  return (
    <DataTable
      {...table}
      rows={isPending ? undefined : rows}
      error={error}
      onRetry={refetch}
      footer={<LoadMore shown={rows.length} hasMore={hasMore} pending={isLoadingMore} onLoadMore={loadMore} />}
    />
  );
}
