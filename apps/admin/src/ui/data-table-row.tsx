import { useLingui } from "@lingui/react/macro";
import { Ellipsis } from "lucide-react";
import type { ComponentProps, MouseEvent } from "react";
import { Checkbox } from "./checkbox.tsx";
import { cn } from "./cn.ts";
import type { DataColumn, DataRow } from "./data-table-model.ts";
import { DropdownMenu } from "./dropdown-menu.tsx";
import { IconButton } from "./icon-button.tsx";
import type { MenuEntry } from "./menu-entries.tsx";

const cellStyle = cn(
  "h-9 min-w-0 border-b px-3 py-1.5 align-middle",
  // One line of a card: its label and its value.
  "@max-xl:flex @max-xl:h-auto @max-xl:min-h-6 @max-xl:items-baseline @max-xl:justify-between @max-xl:gap-4 @max-xl:border-0 @max-xl:px-0 @max-xl:py-0.5 @max-xl:text-right",
);

// The link of a card's heading is as large as the card; what else can be pressed in it lies above.
const cardStyle = cn(
  "@max-xl:[&>[data-primary]_:is(a,button)]:after:absolute @max-xl:[&>[data-primary]_:is(a,button)]:after:inset-0",
  "@max-xl:[&>:not([data-primary])_:is(a,button,input,summary)]:relative @max-xl:[&>:not([data-primary])_:is(a,button,input,summary)]:z-10",
);

export interface DataTableRowProps<Data> extends Omit<ComponentProps<"tr">, "onToggle"> {
  row: DataRow<Data>;
  columns: readonly DataColumn<Data>[];
  selectable: boolean;
  onToggle: (range: boolean) => void;
  onOpen: (() => void) | undefined;
  entries: readonly MenuEntry[] | undefined;
}

export function DataTableRow<Data>({
  row,
  columns,
  selectable,
  onToggle,
  onOpen,
  entries,
  className,
  ...rest
}: DataTableRowProps<Data>) {
  const { t } = useLingui();
  const selected = row.getIsSelected();
  const onClick = (event: MouseEvent<HTMLElement>) => {
    const control = (event.target as Element).closest("a, button, input, label, [role=menuitem]");
    // Marking text to copy it is no press.
    if (control || document.getSelection()?.toString()) return;
    if (event.shiftKey && selectable) onToggle(true);
    else onOpen?.();
  };
  return (
    <tr
      {...rest}
      // biome-ignore lint/a11y/noRedundantRoles: browsers drop the role where CSS makes cards of rows
      role="row"
      aria-selected={selectable ? selected : undefined}
      onClick={onClick}
      className={cn(
        "group hover:bg-hover focus-visible:-outline-offset-2 aria-selected:bg-selected",
        "@max-xl:relative @max-xl:flex @max-xl:flex-wrap @max-xl:gap-x-3 @max-xl:border-b @max-xl:px-3 @max-xl:py-2",
        cardStyle,
        selectable && "@max-xl:pl-10",
        onOpen && "cursor-pointer",
        className,
      )}
    >
      {selectable && (
        <td className={cn(cellStyle, "w-9 pr-0 @max-xl:absolute @max-xl:top-2.5 @max-xl:left-3")}>
          <Checkbox
            aria-label={t`Select`}
            checked={selected}
            onClick={(event) => {
              event.preventDefault();
              onToggle(event.shiftKey);
            }}
          />
        </td>
      )}
      {columns.map((column) => (
        <td
          key={column.id}
          data-primary={column.primary}
          className={cn(
            cellStyle,
            column.align === "end" && "text-right tabular-nums",
            column.brief ? "@max-xl:text-left @max-xl:text-muted @max-xl:text-xs" : "@max-xl:w-full",
            column.primary && "font-medium @max-xl:order-first @max-xl:justify-start @max-xl:pr-10 @max-xl:text-left",
          )}
        >
          {!column.primary && !column.brief && (
            <span aria-hidden className="@xl:hidden shrink-0 text-muted text-xs">
              {column.header}
            </span>
          )}
          <span className="min-w-0 @max-xl:break-words">{column.cell(row.original)}</span>
        </td>
      ))}
      {entries && (
        <td
          className={cn(
            cellStyle,
            "w-10 pl-0 text-right @max-xl:absolute @max-xl:top-1.5 @max-xl:right-2 @max-xl:justify-end",
          )}
        >
          {entries.length > 0 && (
            <DropdownMenu
              entries={entries}
              trigger={<IconButton size="sm" label={t`Actions`} icon={<Ellipsis aria-hidden />} />}
            />
          )}
        </td>
      )}
    </tr>
  );
}
