import { useLingui } from "@lingui/react/macro";
import { type Field, fieldType } from "@plinth/core";
import { ArrowDown, ArrowUp, ChevronDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Checkbox } from "../../../ui/checkbox.tsx";
import { cn } from "../../../ui/cn.ts";
import { Popover } from "../../../ui/popover.tsx";
import { isAtRight } from "../cell-value.ts";
import { GUTTER } from "./row-head.tsx";
import type { GridColumn } from "./use-grid-columns.ts";

export interface GridHeadProps {
  readonly fields: readonly Field[];
  readonly columns: readonly GridColumn[];
  readonly width: number;
  readonly height: number;
  readonly sort: readonly string[];
  readonly onSort: (field: string, add: boolean) => void;
  readonly onWidth: (field: string, width: number) => void;
  readonly allChosen: boolean | "indeterminate";
  readonly onChooseAll: () => void;
  /** What the menu of a column holds. */
  readonly menuOf: ColumnMenuOf;
}

export type ColumnMenuOf = (field: Field, close: () => void) => ReactNode;

/** CSS pixels by which a key changes a width. */
const WIDTH_STEP = 20;
const WIDTH_KEYS: Readonly<Record<string, number>> = { ArrowLeft: -WIDTH_STEP, ArrowRight: WIDTH_STEP };
const menuStyle = cn(
  "mr-1.5 inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-subtle",
  "hover:bg-hover hover:text-ink data-[state=open]:bg-hover data-[state=open]:text-ink",
);

export function GridHead(props: GridHeadProps) {
  const { fields, columns, width, height, allChosen, onChooseAll } = props;
  const { t } = useLingui();
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: its buttons take the focus
    // biome-ignore lint/a11y/useSemanticElements: columns of a virtual grid are placed by transforms
    <div role="row" aria-rowindex={1} className="sticky top-0 z-20 flex bg-sunken" style={{ width, height }}>
      {/* biome-ignore lint/a11y/useFocusableInteractive: its checkbox takes the focus */}
      {/* biome-ignore lint/a11y/useSemanticElements: columns of a virtual grid are placed by transforms */}
      <div
        role="columnheader"
        className="sticky left-0 z-10 flex shrink-0 items-center border-r border-b bg-sunken px-2"
        style={{ width: GUTTER }}
      >
        <Checkbox aria-label={t`Select the loaded items`} checked={allChosen} onCheckedChange={onChooseAll} />
      </div>
      {columns.map((column) => (
        <HeadCell key={column.key} {...props} column={column} field={fields[column.index]!} />
      ))}
    </div>
  );
}

function HeadCell({
  column,
  field,
  sort,
  onSort,
  onWidth,
  menuOf,
}: GridHeadProps & { column: GridColumn; field: Field }) {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  const at = sort.findIndex((entry) => entry === field.name || entry === `-${field.name}`);
  const descending = sort[at]?.startsWith("-");
  const isSorted = fieldType(field).kind !== "list";
  const Arrow = descending ? ArrowDown : ArrowUp;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: its button takes the focus
    // biome-ignore lint/a11y/useSemanticElements: columns of a virtual grid are placed by transforms
    <div
      role="columnheader"
      aria-colindex={column.index + 2}
      aria-sort={at < 0 ? undefined : descending ? "descending" : "ascending"}
      className={cn(
        "flex items-center border-r border-b bg-sunken",
        column.pinned ? "sticky z-5 shrink-0" : "absolute inset-y-0",
        column.edge && "border-r-line-strong",
      )}
      style={{ left: column.left, width: column.width }}
    >
      <button
        type="button"
        title={
          isSorted
            ? t`${field.name} (${field.type}). Press to sort, with Shift also by this.`
            : `${field.name} (${field.type})`
        }
        className={cn(
          "flex h-full min-w-0 flex-1 items-center gap-1 pl-2 text-left font-medium text-muted text-xs",
          "hover:text-ink focus-visible:-outline-offset-2",
          isAtRight(field) && "justify-end",
        )}
        onClick={(event) => isSorted && onSort(field.name, event.shiftKey)}
        onContextMenu={(event) => {
          event.preventDefault();
          setOpen(true);
        }}
        onKeyDown={(event) => {
          const wider = event.shiftKey ? WIDTH_KEYS[event.key] : undefined;
          if (wider !== undefined) onWidth(field.name, column.width + wider);
          else if (event.altKey && event.key === "ArrowDown") setOpen(true);
          else return;
          event.preventDefault();
        }}
      >
        <span className="truncate">{field.name}</span>
        {at >= 0 && <Arrow aria-hidden className="size-3 shrink-0" />}
        {at >= 0 && sort.length > 1 && <span className="text-subtle">{at + 1}</span>}
      </button>
      <Popover
        label={t`Column ${field.name}`}
        className="w-64 p-1"
        open={open}
        onOpenChange={setOpen}
        trigger={
          <button type="button" aria-label={t`Column ${field.name}`} className={menuStyle}>
            <ChevronDown aria-hidden className="size-3.5" />
          </button>
        }
      >
        {menuOf(field, () => setOpen(false))}
      </Popover>
      <span
        aria-hidden
        className="absolute inset-y-0 right-0 z-1 w-1.5 cursor-col-resize touch-none hover:bg-accent"
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
          const left = event.currentTarget.parentElement!.getBoundingClientRect().left;
          onWidth(field.name, event.clientX - left);
        }}
      />
    </div>
  );
}
