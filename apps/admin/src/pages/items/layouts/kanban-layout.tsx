import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, fieldType } from "@plinth/core";
import { SquareKanban } from "lucide-react";
import { useMemo } from "react";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { errorWords } from "../../../ui/error-words.ts";
import { SkeletonLines } from "../../../ui/skeleton.tsx";
import type { ItemRow } from "../row-pages.ts";
import { WriteConflict } from "../write-conflict.tsx";
import { boardColumns, columnBeside, MAX_COLUMNS } from "./board-columns.ts";
import { cardFields, titleOfRow } from "./item-card.tsx";
import { KanbanColumn } from "./kanban-column.tsx";
import { chosenField, fieldsFor } from "./layout-fields.ts";
import type { LayoutProps } from "./layout-props.ts";
import { MoveWords } from "./move-words.tsx";
import { useChoices } from "./use-choices.ts";
import { useFieldMove } from "./use-field-move.ts";
import { useGroups } from "./use-groups.ts";
import { useLanes } from "./use-lanes.ts";

/** Cards of one request of a column. */
const PAGE_SIZE = 25;
const NO_SUMS = [] as const;

export default function KanbanLayout(props: LayoutProps) {
  const { t } = useLingui();
  const field = chosenField(fieldsFor("kanban", props.collection), props.query.by);
  if (!field) {
    return (
      <EmptyState icon={<SquareKanban />} title={t`No field for columns`}>
        <Trans>
          A board has a column for each value of a field: choices, yes and no, or a relation to one item. Add such a
          field in the schema.
        </Trans>
      </EmptyState>
    );
  }
  return <Board key={field.name} {...props} field={field} />;
}

function Board({ collection, query, filter, shown, path, title, field, locked }: LayoutProps & { field: Field }) {
  const { t } = useLingui();
  const grouping = useMemo(() => ({ field, bucket: undefined }), [field]);
  const { groups, error, refresh } = useGroups(collection.slug, { grouping, filter, sums: NO_SUMS });
  // Without counts there is a board all the same.
  const counted = groups ?? (error ? [] : undefined);
  const used = useMemo(
    () => counted?.flatMap(({ value }) => (typeof value === "string" ? [value] : [])).slice(0, MAX_COLUMNS),
    [counted],
  );
  const choices = useChoices(field, used);
  const columns = useMemo(
    () => counted && choices && boardColumns({ field, groups: error ? undefined : counted, choices: choices.ids }),
    [field, counted, choices, error],
  );
  const list = useLanes(collection, {
    filter,
    sort: query.sort,
    lanes: columns,
    pageSize: PAGE_SIZE,
    onNews: refresh,
  });
  const { move, writing, shownValue, draftOf } = useFieldMove(list, {
    slug: collection.slug,
    field: field.name,
    step: (lane, key) =>
      key === "ArrowLeft" || key === "ArrowRight"
        ? columnBeside(columns ?? [], lane, key === "ArrowRight" ? 1 : -1)
        : undefined,
    valueIn: (lane) => JSON.parse(lane),
  });
  const nameOf = (key: string): string => {
    const value: unknown = JSON.parse(key);
    if (value === null) return t`No value`;
    if (typeof value === "boolean") return value ? t`Yes` : t`No`;
    return choices?.titles.get(String(value)) ?? list.titleOf(String(value)) ?? String(value);
  };
  if (!columns) return <SkeletonLines lines={8} className="p-4" />;

  const byLane = new Map<string, ItemRow[]>();
  for (const row of list.lanes.rows) {
    const key = JSON.stringify(shownValue(row));
    byLane.set(key, [...(byLane.get(key) ?? []), row]);
  }
  const name = (id: string) => titleOfRow(list.lanes.at(id) ?? { id }, title);
  return (
    <>
      <MoveWords move={move} titleOf={name} laneName={nameOf} />
      {error && (
        <p className="text-muted text-xs" role="status">
          <Trans>The columns could not be counted: {errorWords(error)}</Trans>
        </p>
      )}
      <section
        data-lanes
        aria-label={t`Board by ${field.name}`}
        className="relative flex min-h-0 flex-1 snap-x gap-3 overflow-x-auto pb-2"
      >
        {columns.map((column) => (
          <KanbanColumn
            key={column.key}
            column={column}
            name={nameOf(column.key)}
            rows={byLane.get(column.key) ?? NO_ROWS}
            list={list}
            move={move}
            movable={locked === undefined}
            card={{ title, path, titleOf: list.titleOf, fields: cardFields(shown, [title, field.name]), draftOf }}
          />
        ))}
      </section>
      {columns.length >= MAX_COLUMNS && fieldType(field).kind === "reference" && (
        <p className="text-muted text-xs">
          <Trans>The {MAX_COLUMNS} values with the most items are shown.</Trans>
        </p>
      )}
      <WriteConflict slug={collection.slug} writing={writing} shown={list.lanes} />
    </>
  );
}

const NO_ROWS: readonly ItemRow[] = [];
