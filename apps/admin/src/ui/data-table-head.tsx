import { useLingui } from "@lingui/react/macro";
import { ArrowDown, ArrowUp } from "lucide-react";
import { Checkbox } from "./checkbox.tsx";
import { cn } from "./cn.ts";
import type { DataColumn, DataTableModel } from "./data-table-model.ts";
import { Select } from "./select.tsx";

const cellStyle = "h-8 border-b bg-sunken px-3 text-left font-medium text-muted text-xs whitespace-nowrap";

export interface DataTableHeadProps<Data> {
  table: DataTableModel<Data>;
  columns: readonly DataColumn<Data>[];
  selectable: boolean;
  hasActions: boolean;
}

export function DataTableHead<Data>({ table, columns, selectable, hasActions }: DataTableHeadProps<Data>) {
  const { t } = useLingui();
  return (
    // Where the table is cards, the head is for screen readers alone.
    <thead className="sticky top-0 z-10 @max-xl:sr-only">
      {/* biome-ignore lint/a11y/noRedundantRoles: browsers drop the role where CSS makes cards of rows */}
      <tr role="row">
        {selectable && (
          <th scope="col" className={cn(cellStyle, "w-9 pr-0")}>
            <Checkbox
              aria-label={t`All rows`}
              checked={table.getIsAllRowsSelected() || (table.getIsSomeRowsSelected() && "indeterminate")}
              onCheckedChange={(checked) => table.toggleAllRowsSelected(checked === true)}
            />
          </th>
        )}
        {columns.map((column) => (
          <ColumnHead key={column.id} table={table} column={column} />
        ))}
        {hasActions && (
          <th scope="col" className={cn(cellStyle, "w-10")}>
            <span className="sr-only">{t`Actions`}</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

function ColumnHead<Data>({ table, column }: { table: DataTableModel<Data>; column: DataColumn<Data> }) {
  const model = table.getColumn(column.id);
  const sorted = model?.getIsSorted();
  const Arrow = sorted === "desc" ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={sorted ? (sorted === "asc" ? "ascending" : "descending") : undefined}
      className={cn(cellStyle, column.align === "end" && "text-right")}
      style={{ width: column.width }}
    >
      {model?.getCanSort() ? (
        <button
          type="button"
          className={cn(
            "-mx-1 inline-flex min-h-6 items-center gap-1 rounded-sm px-1 font-medium hover:text-ink",
            column.align === "end" && "flex-row-reverse",
          )}
          onClick={() => model.toggleSorting()}
        >
          {column.header}
          <Arrow aria-hidden className={cn("size-3", !sorted && "invisible")} />
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}

/** Sorting and "select all" where the table is cards and has no head. */
export function DataTableCardTools<Data>({ table, columns, selectable }: Omit<DataTableHeadProps<Data>, "hasActions">) {
  const { t } = useLingui();
  const sortable = columns.filter((column) => column.sortBy !== undefined);
  const [sort] = table.state.sorting;
  if (!selectable && sortable.length === 0) return null;
  return (
    <div className="flex @xl:hidden items-center gap-3 border-b px-3 py-2">
      {selectable && (
        <Checkbox
          aria-label={t`All rows`}
          checked={table.getIsAllRowsSelected() || (table.getIsSomeRowsSelected() && "indeterminate")}
          onCheckedChange={(checked) => table.toggleAllRowsSelected(checked === true)}
        />
      )}
      {sortable.length > 0 && (
        <Select
          className="ml-auto w-44"
          aria-label={t`Sort by`}
          placeholder={t`Sort by`}
          value={sort ? `${sort.desc ? "-" : ""}${sort.id}` : null}
          onValueChange={(value) => {
            const desc = value.startsWith("-");
            table.setSorting([{ id: desc ? value.slice(1) : value, desc }]);
          }}
          options={sortable.flatMap((column) => [
            { value: column.id, label: t`${column.header}, ascending` },
            { value: `-${column.id}`, label: t`${column.header}, descending` },
          ])}
        />
      )}
    </div>
  );
}
