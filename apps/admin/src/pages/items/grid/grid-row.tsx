import type { Field } from "@plinth/core";
import { memo, type ReactNode } from "react";
import { cn } from "../../../ui/cn.ts";
import { isAtRight } from "../cell-value.ts";
import type { RowDraft } from "../cell-writes.ts";
import type { ItemRow } from "../row-pages.ts";
import { CellView } from "./cell-view.tsx";
import { RowHead } from "./row-head.tsx";
import type { GridColumn } from "./use-grid-columns.ts";

export interface GridRowProps {
  readonly index: number;
  readonly start: number;
  readonly height: number;
  readonly width: number;
  /** Of a text. */
  readonly lines: number;
  readonly gridId: string;
  /** Absent: it is being read. */
  readonly row: ItemRow | undefined;
  readonly draft: RowDraft | undefined;
  readonly fields: readonly Field[];
  readonly columns: readonly GridColumn[];
  /** The address of an item. */
  readonly hrefOf: (id: string) => string;
  readonly chosen: boolean;
  readonly labels: { readonly select: string; readonly open: string };
  /** Columns that are in the selected block, and the one with the focus. */
  readonly block: { readonly left: number; readonly right: number } | undefined;
  readonly activeColumn: number | undefined;
  /** In place of the cell with the focus. */
  readonly editor: ReactNode;
  readonly titleOf: (id: string) => string | undefined;
  readonly onChoose: (index: number, range: boolean) => void;
}

export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { index, start, height, width, gridId, row, draft, fields, columns, chosen, labels } = props;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active cell
    // biome-ignore lint/a11y/useSemanticElements: rows of a virtual grid are placed by transforms
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      className="absolute top-0 left-0 flex aria-selected:bg-selected"
      style={{ transform: `translateY(${start}px)`, height, width }}
    >
      <RowHead
        href={row && props.hrefOf(row.id)}
        chosen={chosen}
        labels={labels}
        onChoose={(range) => props.onChoose(index, range)}
      />
      {columns.map((column) => (
        <GridCell
          key={column.key}
          {...props}
          column={column}
          field={fields[column.index]!}
          id={`${gridId}-${index}-${column.index}`}
          draft={draft}
        />
      ))}
    </div>
  );
});

function GridCell({
  column,
  field,
  id,
  row,
  draft,
  block,
  activeColumn,
  editor,
  titleOf,
  lines,
  chosen,
}: GridRowProps & { column: GridColumn; field: Field; id: string }) {
  const cellDraft = draft?.get(field.name);
  const isActive = activeColumn === column.index;
  const isInBlock = block !== undefined && column.index >= block.left && column.index <= block.right;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active cell
    // biome-ignore lint/a11y/useSemanticElements: cells of a virtual grid are placed by transforms
    <div
      role="gridcell"
      id={id}
      data-column={column.index}
      aria-colindex={column.index + 2}
      aria-selected={isInBlock}
      aria-invalid={cellDraft?.state === "refused" || undefined}
      aria-busy={cellDraft?.state === "pending" || undefined}
      className={cn(
        "flex items-center overflow-hidden border-r border-b text-sm",
        column.pinned ? cn("sticky shrink-0", chosen ? "bg-selected" : "bg-surface") : "absolute inset-y-0",
        column.edge && "border-r-line-strong",
        isAtRight(field) && "justify-end tabular-nums",
        editor === undefined || !isActive ? "px-2" : "",
        isInBlock && "bg-selected",
        cellDraft?.state === "pending" && "italic [&>*]:opacity-70",
        cellDraft?.state === "refused" && "bg-danger-soft",
        // The grid has one active cell; the ring says that keys go there now.
        isActive && "-outline-offset-2 outline-focus group-focus-within/grid:outline-2",
        column.pinned ? "z-5" : isActive && "z-1",
      )}
      style={{ left: column.left, width: column.width }}
    >
      {isActive && editor !== undefined ? (
        editor
      ) : row ? (
        <CellView field={field} value={row[field.name]} draft={cellDraft} titleOf={titleOf} lines={lines} />
      ) : (
        <span aria-hidden className="h-3 w-3/5 animate-pulse rounded-sm bg-line" />
      )}
    </div>
  );
}
