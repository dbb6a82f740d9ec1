import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { Field } from "@plinth/core";
import { Button } from "../../../ui/button.tsx";
import { cn } from "../../../ui/cn.ts";
import { ErrorState } from "../../../ui/error-state.tsx";
import { formatCount } from "../../../ui/format.ts";
import { Skeleton } from "../../../ui/skeleton.tsx";
import type { CellDraft } from "../cell-writes.ts";
import type { ItemRow } from "../row-pages.ts";
import type { BoardColumn } from "./board-columns.ts";
import { ItemCard } from "./item-card.tsx";
import { PutHere } from "./move-words.tsx";
import type { Lanes } from "./use-lanes.ts";
import type { Move } from "./use-move.ts";

export interface KanbanColumnProps {
  readonly column: BoardColumn;
  readonly name: string;
  /** Cards that stand in it now, also on their way there. */
  readonly rows: readonly ItemRow[];
  readonly list: Lanes;
  readonly move: Move;
  readonly movable: boolean;
  readonly card: {
    readonly title: string;
    readonly path: string;
    readonly fields: readonly Field[];
    readonly titleOf: (id: string) => string | undefined;
    readonly draftOf: (row: ItemRow) => CellDraft | undefined;
  };
}

export function KanbanColumn({ column, name, rows, list, move, movable, card }: KanbanColumnProps) {
  const { i18n } = useLingui();
  const { key, count } = column;
  const { isFirstLoad, loading, hasMore, error } = list.lanes.state(key);
  const isTarget = move.held !== undefined && move.held.target === key && move.held.from !== key;
  const { draftOf, ...looks } = card;
  return (
    <section
      data-lane={key}
      aria-label={name}
      className={cn(
        "flex min-w-0 max-w-80 shrink-0 grow basis-64 snap-start flex-col rounded-lg border bg-sunken",
        isTarget && "outline-2 outline-focus -outline-offset-2",
      )}
    >
      <header className="flex min-h-10 items-center gap-2 border-b px-3">
        <h2 className="min-w-0 truncate font-medium text-sm">{name}</h2>
        {count !== undefined && (
          <span className="text-muted text-xs tabular-nums">
            <span aria-hidden>{formatCount(count, i18n.locale)}</span>
            <span className="sr-only">
              <Plural value={count} one="# item" other="# items" />
            </span>
          </span>
        )}
        <span className="ml-auto">
          <PutHere move={move} lane={key} name={name} />
        </span>
      </header>
      <div className="relative min-h-24 flex-1 overflow-y-auto p-2">
        <ul className="flex flex-col gap-2">
          {rows.map((row) => (
            <li key={row.id}>
              <ItemCard {...looks} row={row} lane={key} move={movable ? move : undefined} draft={draftOf(row)} />
            </li>
          ))}
        </ul>
        {isFirstLoad && <Skeleton className="h-16 w-full" />}
        {error !== undefined && <ErrorState inline error={error} onRetry={() => void list.lanes.more(key)} />}
        {!isFirstLoad && hasMore && error === undefined && (
          <Button
            size="sm"
            variant="ghost"
            className="mt-2 w-full"
            pending={loading}
            onClick={() => void list.lanes.more(key)}
          >
            <Trans>Load more</Trans>
          </Button>
        )}
        {!isFirstLoad && !hasMore && rows.length === 0 && (
          <p className="py-4 text-center text-muted text-xs">
            <Trans>No items here</Trans>
          </p>
        )}
      </div>
    </section>
  );
}
