import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, isSystemField } from "@plinth/core";
import { CalendarDays } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useNarrow } from "../../../app/use-narrow.ts";
import { FIELD_LOOKS } from "../../../schema/field-looks.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { both } from "../conditions.ts";
import type { ItemRow } from "../row-pages.ts";
import { WriteConflict } from "../write-conflict.tsx";
import { AddFieldLink } from "./add-field-link.tsx";
import { CalendarDay } from "./calendar-day.tsx";
import {
  addDays,
  type Day,
  dateOf,
  dayIn,
  dayOf,
  daysOf,
  isDay,
  onDay,
  rangeFilter,
  weekStartOf,
} from "./calendar-days.ts";
import { CalendarHead } from "./calendar-head.tsx";
import { titleOfRow } from "./item-card.tsx";
import { canMoveBy, chosenField, fieldsFor } from "./layout-fields.ts";
import type { LayoutProps } from "./layout-props.ts";
import { MoveWords } from "./move-words.tsx";
import { useFieldMove } from "./use-field-move.ts";
import { useLanes } from "./use-lanes.ts";
import type { ArrowKey } from "./use-move.ts";

/** Items of one request, and items of a month at most. */
const PAGE_SIZE = 250;
const MOST = 1000;
/** Its items are read as one lane; the days are made of them. */
const ALL = [{ key: "all", condition: undefined }] as const;
const STEPS: Readonly<Record<ArrowKey, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export default function CalendarLayout(props: LayoutProps) {
  const { t } = useLingui();
  const field = chosenField(fieldsFor("calendar", props.collection), props.query.by);
  if (!field) {
    return (
      <EmptyState
        icon={<CalendarDays />}
        title={t`No field for days`}
        actions={<AddFieldLink slug={props.collection.slug} />}
      >
        <Trans>
          A calendar needs a field of the type “{t(FIELD_LOOKS.date.label)}” or “{t(FIELD_LOOKS.timestamp.label)}”.
        </Trans>
      </EmptyState>
    );
  }
  return <Calendar key={field.name} {...props} field={field} />;
}

function Calendar({ collection, query, filter, path, title, field, locked }: LayoutProps & { field: Field }) {
  const { t, i18n } = useLingui();
  const narrow = useNarrow();
  const today = dayOf(new Date());
  const { span } = query;
  const day = isDay(query.day) ? query.day : today;
  const days = useMemo(() => daysOf(day, span, weekStartOf(i18n.locale)), [day, span, i18n.locale]);
  const [first, last] = [days[0]!, days.at(-1)!];
  const inRange = useMemo(() => both(filter, rangeFilter(field, first, last)), [filter, field, first, last]);
  const sort = useMemo(() => [field.name], [field]);
  const list = useLanes(collection, { filter: inRange, sort, lanes: ALL, pageSize: PAGE_SIZE });
  const state = list.lanes.state("all");
  const isFull = list.lanes.rows.length >= MOST && state.hasMore;
  useEffect(() => {
    void list.revision;
    const { isFirstLoad, hasMore, loading, error } = list.lanes.state("all");
    if (!isFirstLoad && hasMore && !loading && error === undefined && list.lanes.rows.length < MOST) {
      void list.lanes.more("all");
    }
  }, [list.lanes, list.revision]);
  const { move, writing, shownValue, draftOf } = useFieldMove(list, {
    slug: collection.slug,
    field: field.name,
    step(lane, key) {
      const next = addDays(lane, STEPS[key]);
      return days.includes(next) ? next : undefined;
    },
    valueIn: (lane, row) => onDay(row[field.name], lane, field),
  });
  const byDay = new Map<Day, ItemRow[]>();
  const ordered = list.lanes.rows.toSorted((a, b) => compareText(shownValue(a), shownValue(b)));
  for (const row of ordered) {
    const at = dayIn(shownValue(row), field);
    if (at !== undefined) byDay.set(at, [...(byDay.get(at) ?? []), row]);
  }
  const format = new Intl.DateTimeFormat(i18n.locale, { weekday: "long", day: "numeric", month: "long" });
  const dayName = (lane: string) => format.format(dateOf(lane));
  // As a list there is no use for the days of other months.
  const frame = useRef<HTMLElement>(null);
  const isMonthList = narrow && span === "month";
  useLayoutEffect(() => {
    const element = frame.current?.querySelector<HTMLElement>(`[data-lane="${day}"]`);
    if (isMonthList && element) frame.current?.scrollTo({ top: element.offsetTop });
  }, [isMonthList, day]);
  const listed = isMonthList ? days.filter((one) => one.slice(0, 7) === day.slice(0, 7)) : days;
  return (
    <>
      <CalendarHead span={span} day={day} days={days} today={today} onChange={query.change} loading={state.loading} />
      <MoveWords move={move} titleOf={(id) => titleOfRow(list.lanes.at(id) ?? { id }, title)} laneName={dayName} />
      {state.error !== undefined && (
        <ErrorState inline error={state.error} onRetry={() => void list.lanes.more("all")} />
      )}
      {isFull && (
        <p className="text-muted text-xs" role="status">
          <Trans>Only the first {MOST} items are shown. A filter makes them fewer.</Trans>
        </p>
      )}
      <section
        ref={frame}
        data-lanes
        aria-label={t`Calendar by ${field.name}`}
        className="relative min-h-0 flex-1 overflow-auto rounded-lg border bg-surface"
      >
        {!narrow && <Weekdays days={days.slice(0, 7)} locale={i18n.locale} />}
        <ol className={narrow ? "flex flex-col" : "grid min-h-[calc(100%-1.5625rem)] grid-cols-7"}>
          {listed.map((one) => (
            <CalendarDay
              key={one}
              day={one}
              name={dayName(one)}
              looks={{
                narrow,
                span,
                isToday: one === today,
                isOutside: span === "month" && one.slice(0, 7) !== day.slice(0, 7),
              }}
              rows={byDay.get(one) ?? NO_ROWS}
              move={move}
              card={{
                field,
                title,
                path,
                titleOf: list.titleOf,
                draftOf,
                movable: locked === undefined && canMoveBy(field),
              }}
              onWeek={() => query.change({ span: "week", day: one })}
            />
          ))}
        </ol>
      </section>
      {isSystemField(field.name) && (
        <p className="text-muted text-xs">
          <Trans>The server sets {field.name}, so items cannot be moved here.</Trans>
        </p>
      )}
      <WriteConflict slug={collection.slug} writing={writing} shown={list.lanes} />
    </>
  );
}

const NO_ROWS: readonly ItemRow[] = [];

const compareText = (a: unknown, b: unknown): number => (String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0);

function Weekdays({ days, locale }: { days: readonly Day[]; locale: string }) {
  const format = new Intl.DateTimeFormat(locale, { weekday: "short" });
  return (
    <div aria-hidden className="sticky top-0 z-10 grid grid-cols-7 border-b bg-sunken">
      {days.map((day) => (
        <span key={day} className="px-2 py-1 text-muted text-xs">
          {format.format(dateOf(day))}
        </span>
      ))}
    </div>
  );
}
