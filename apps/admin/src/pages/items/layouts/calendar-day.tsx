import { Plural, useLingui } from "@lingui/react/macro";
import type { Field } from "@plinth/core";
import { cn } from "../../../ui/cn.ts";
import type { CellDraft } from "../cell-writes.ts";
import type { Span } from "../layout-state.ts";
import type { ItemRow } from "../row-pages.ts";
import { type Day, dateOf, isInstant } from "./calendar-days.ts";
import { ItemCard } from "./item-card.tsx";
import { PutHere } from "./move-words.tsx";
import type { Move } from "./use-move.ts";

/** Items of a day that a month shows; the week shows them all. */
const IN_MONTH = 3;
const NO_FIELDS: readonly Field[] = [];

export interface CalendarDayProps {
  readonly day: Day;
  readonly name: string;
  readonly looks: {
    readonly narrow: boolean;
    readonly span: Span;
    readonly isToday: boolean;
    /** Of another month. */
    readonly isOutside: boolean;
  };
  readonly rows: readonly ItemRow[];
  readonly move: Move;
  readonly card: {
    readonly field: Field;
    readonly title: string;
    readonly path: string;
    readonly titleOf: (id: string) => string | undefined;
    readonly draftOf: (row: ItemRow) => CellDraft | undefined;
    readonly movable: boolean;
  };
  /** Shows the week of the day. */
  readonly onWeek: () => void;
}

export function CalendarDay({ day, name, looks, rows, move, card, onWeek }: CalendarDayProps) {
  const { i18n } = useLingui();
  const { narrow, span, isToday, isOutside } = looks;
  const isTarget = move.held !== undefined && move.held.target === day && move.held.from !== day;
  const shown = narrow || span === "week" ? rows : rows.slice(0, IN_MONTH);
  const rest = rows.length - shown.length;
  const { field, draftOf, movable, ...looksOfCard } = card;
  const time = new Intl.DateTimeFormat(i18n.locale, { timeStyle: "short" });
  const timeOf = (row: ItemRow) => {
    const value = draftOf(row)?.value ?? row[field.name];
    return isInstant(field) && typeof value === "string" ? time.format(new Date(value)) : undefined;
  };
  return (
    <li
      data-lane={day}
      aria-label={name}
      aria-current={isToday ? "date" : undefined}
      className={cn(
        "flex min-w-0 border-b",
        narrow ? "min-h-11 flex-row gap-2 px-2 py-1" : "min-h-24 flex-col gap-1 border-r p-1 nth-[7n]:border-r-0",
        isOutside && "bg-sunken",
        isTarget && "outline-2 outline-focus -outline-offset-2",
      )}
    >
      <div className={cn("flex items-center gap-1", narrow && "w-20 shrink-0 self-start pt-1")}>
        <span
          className={cn(
            "px-1 text-xs tabular-nums",
            isToday
              ? "rounded-sm bg-accent font-semibold text-on-accent forced-colors:outline"
              : isOutside
                ? "text-subtle"
                : "text-muted",
          )}
        >
          {narrow
            ? new Intl.DateTimeFormat(i18n.locale, { weekday: "short", day: "numeric" }).format(dateOf(day))
            : Number(day.slice(8))}
        </span>
        {!narrow && <PutHere move={move} lane={day} name={name} />}
      </div>
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        {shown.length > 0 && (
          <ul className="flex flex-col gap-1">
            {shown.map((row) => (
              <li key={row.id}>
                <ItemCard
                  {...looksOfCard}
                  small
                  row={row}
                  fields={NO_FIELDS}
                  lane={day}
                  move={movable ? move : undefined}
                  draft={draftOf(row)}
                  lead={timeOf(row)}
                />
              </li>
            ))}
          </ul>
        )}
        {rest > 0 && (
          <button
            type="button"
            onClick={onWeek}
            className="min-h-6 self-start rounded-sm px-1 text-muted text-xs underline hover:text-ink"
          >
            <Plural value={rest} one="# more" other="# more" />
          </button>
        )}
        {narrow && <PutHere move={move} lane={day} name={name} />}
      </div>
    </li>
  );
}
