import { useLingui } from "@lingui/react/macro";
import type { Field } from "@plinth/core";
import { type MouseEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import type { RowPages } from "../row-pages.ts";
import { type Density, LINES, ROW_HEIGHTS } from "../use-density.ts";
import type { Rows } from "../use-rows.ts";
import type { ItemWriting } from "../use-writes.ts";
import { CellEditor } from "./cell-editor.tsx";
import { type ColumnMenuOf, GridHead } from "./grid-head.tsx";
import { GridRow } from "./grid-row.tsx";
import { RefusedLine } from "./refused-line.tsx";
import { useGridColumns } from "./use-grid-columns.ts";
import { useGridEditing } from "./use-grid-editing.ts";
import { useItemHref } from "./use-item-href.ts";
import { useRowWindow } from "./use-row-window.ts";

const HEAD_HEIGHT = 32;

export interface ItemGridProps {
  readonly label: string;
  readonly fields: readonly Field[];
  readonly rows: Rows;
  readonly writing: ItemWriting;
  /** Why nothing can be changed, where that is so. */
  readonly locked: string | undefined;
  /** Of the items, below the workspace: `collections/posts/items`. */
  readonly path: string;
  readonly sort: readonly string[];
  readonly onSort: (field: string, add: boolean) => void;
  /** How many of the first fields stay when one scrolls sideways. */
  readonly pinned: number;
  readonly density: Density;
  readonly widths: Readonly<Record<string, number>>;
  readonly onWidth: (field: string, width: number) => void;
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (chosen: ReadonlySet<string>) => void;
  readonly onOpen: (id: string) => void;
  readonly menuOf: ColumnMenuOf;
}

/** Items as a spreadsheet. The grid has the focus and names its active cell; only what is on the screen is in the page. */
export function ItemGrid(props: ItemGridProps) {
  const { label, fields, rows, writing, path, sort, onSort, widths, onWidth, chosen, onChosen, onOpen } = props;
  const { pages, titleOf } = rows;
  const { t } = useLingui();
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const count = pages.count + (pages.hasMore ? 1 : 0);
  const rowHeight = ROW_HEIGHTS[props.density];
  const [held, hold] = useState<number>();
  const { indexes, range, screen, room, height, startOf, show } = useRowWindow({
    frame,
    count,
    rowHeight,
    headHeight: HEAD_HEIGHT,
    held,
  });
  const { columns, width, show: showColumn } = useGridColumns({ frame, fields, pinned: props.pinned, widths, room });

  const [first, last] = range;
  useEffect(() => {
    // With each change of the list too: a page that has come tells where the next begins.
    void rows.revision;
    pages.want(first, last);
  }, [pages, first, last, rows.revision]);

  const editing = useGridEditing({
    ...props,
    count: pages.count,
    page: Math.max(1, screen - 2),
    show: (cell) => {
      show(cell.row);
      showColumn(cell.column);
    },
    focus: () => frame.current?.focus({ preventScroll: true }),
  });
  const { cell, block, edit } = editing;
  const [activeRow, activeField] = [pages.at(cell.row), fields[cell.column]];
  const edited = edit && cell.row;
  // What is typed stays in the page when one scrolls.
  useEffect(() => hold(edited), [edited]);
  const labels = useMemo(() => ({ select: t`Select`, open: t`Open` }), [t]);
  const hrefOf = useItemHref(path);
  const lastChosen = useRef(0);
  const choose = useMemo(
    () => (index: number, range: boolean) => {
      const next = new Set(chosen);
      const adds = !next.has(pages.at(index)?.id ?? "");
      const [from, to] = range ? [lastChosen.current, index].sort((a, b) => a - b) : [index, index];
      for (let at = from!; at <= to!; at++) {
        const row = pages.at(at);
        if (row && (range || adds)) next.add(row.id);
        else if (row) next.delete(row.id);
      }
      lastChosen.current = index;
      onChosen(next);
    },
    [chosen, onChosen, pages],
  );
  const loaded = indexes.flatMap((index) => pages.at(index)?.id ?? []);

  const cellAt = (event: MouseEvent) => {
    const column = (event.target as Element).closest("[data-column]")?.getAttribute("data-column");
    const row = (event.target as Element).closest("[role=row]")?.getAttribute("aria-rowindex");
    return column && row ? { row: Number(row) - 2, column: Number(column) } : undefined;
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: rows of a virtual grid are placed by transforms */}
      <div
        ref={frame}
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={pages.hasMore ? -1 : count + 1}
        aria-colcount={fields.length + 1}
        aria-multiselectable
        aria-readonly={props.locked !== undefined || undefined}
        aria-activedescendant={indexes.includes(cell.row) ? `${id}-${cell.row}-${cell.column}` : undefined}
        className="group/grid relative min-h-0 flex-1 overflow-auto [overflow-anchor:none] rounded-lg border bg-surface focus-visible:outline-offset-0"
        onKeyDown={editing.onKeyDown}
        onCopy={editing.onCopy}
        onPaste={editing.onPaste}
        onMouseDown={(event) => {
          const at = cellAt(event);
          if (!at || (edit && at.row === cell.row && at.column === cell.column)) return;
          // An editor saves when the focus leaves it, and would be gone before.
          if (edit) frame.current?.focus({ preventScroll: true });
          editing.select(at, event.shiftKey);
        }}
        onMouseMove={(event) => {
          const at = event.buttons === 1 && !edit ? cellAt(event) : undefined;
          if (at) editing.select(at, true);
        }}
        onDoubleClick={(event) => cellAt(event) && editing.start(undefined)}
        onClick={(event) => {
          const row = (event.target as Element).closest("a[data-item]")?.closest("[role=row]");
          // With other buttons and keys, the browser opens a tab or a window.
          if (!row || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
          event.preventDefault();
          onOpen(pages.at(Number(row.getAttribute("aria-rowindex")) - 2)?.id ?? "");
        }}
      >
        <div className="relative select-none" style={{ height, width }}>
          <GridHead
            fields={fields}
            columns={columns}
            width={width}
            height={HEAD_HEIGHT}
            sort={sort}
            onSort={onSort}
            onWidth={onWidth}
            menuOf={props.menuOf}
            allChosen={chosen.size === 0 ? false : loaded.every((rowId) => chosen.has(rowId)) || "indeterminate"}
            onChooseAll={() => onChosen(chosen.size > 0 ? new Set() : new Set(idsIn(pages)))}
          />
          {indexes.map((index) => {
            const row = pages.at(index);
            const isActive = index === cell.row;
            const field = fields[cell.column];
            return (
              <GridRow
                // What is typed stays with its item when rows above it come or go.
                key={isActive && edit ? "edited" : index}
                index={index}
                start={startOf(index)}
                height={rowHeight}
                width={width}
                gridId={id}
                row={row}
                draft={row && writing.writes.draft(row.id)}
                lines={LINES[props.density]}
                fields={fields}
                columns={columns}
                hrefOf={hrefOf}
                chosen={row !== undefined && chosen.has(row.id)}
                labels={labels}
                block={index >= block.top && index <= block.bottom ? block : undefined}
                activeColumn={isActive ? cell.column : undefined}
                editor={
                  isActive && row && field && edit?.row.id === row.id ? (
                    <CellEditor
                      field={field}
                      value={writing.writes.draft(row.id)?.get(field.name)?.value ?? row[field.name]}
                      typed={edit.typed}
                      onSave={editing.save}
                      onCancel={editing.cancel}
                      onRefuse={editing.refuse}
                    />
                  ) : undefined
                }
                titleOf={titleOf}
                onChoose={choose}
              />
            );
          })}
        </div>
      </div>
      <RefusedLine
        writes={writing.writes}
        active={activeRow && activeField && { id: activeRow.id, field: activeField.name }}
        onShow={(refused) => {
          const at = { row: pages.indexOf(refused.id), column: fields.findIndex(({ name }) => name === refused.field) };
          if (at.row >= 0 && at.column >= 0) editing.go(at);
          frame.current?.focus({ preventScroll: true });
        }}
      />
    </>
  );
}

/** Of all rows that were loaded, not only of those that are drawn. */
function idsIn(pages: RowPages): readonly string[] {
  return Array.from({ length: pages.count }, (_, index) => pages.at(index)?.id).filter((id) => id !== undefined);
}
