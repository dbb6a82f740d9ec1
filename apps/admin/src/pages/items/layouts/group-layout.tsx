import { Trans, useLingui } from "@lingui/react/macro";
import { fieldType, type Json } from "@plinth/core";
import { SearchX } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { useWorkspace } from "../../../api/workspace.ts";
import { DataTable } from "../../../ui/data-table.tsx";
import type { DataColumn } from "../../../ui/data-table-model.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { formatCount } from "../../../ui/format.ts";
import { LoadMore } from "../../../ui/pagination.tsx";
import { useStored } from "../../../ui/stored.ts";
import { both } from "../conditions.ts";
import { GroupChart } from "./group-chart.tsx";
import { GroupTools } from "./group-tools.tsx";
import { type Group, type Grouping, groupFilter, groupingOf, sumsFor } from "./groups.ts";
import { fieldsFor } from "./layout-fields.ts";
import type { LayoutProps } from "./layout-props.ts";
import { sumName } from "./sum-name.ts";
import { useChoices } from "./use-choices.ts";
import { useGroupName } from "./use-group-name.ts";
import { useGroups } from "./use-groups.ts";

/** Milliseconds within which changes count once: groups are made by reading all items. */
const MOMENT = 1500;
/** Between two countings as somebody else. */
const POLL_MS = 10_000;

/** A row for each value of a field, with how many items have it; opening one filters the table by it. */
export default function GroupLayout(props: LayoutProps) {
  const { collection, query } = props;
  const grouping = useMemo(() => groupingOf(query.by, fieldsFor("table", collection)), [query.by, collection]);
  return grouping ? <GroupTable {...props} grouping={grouping} /> : null;
}

function GroupTable({ collection, query, filter, create, grouping }: LayoutProps & { grouping: Grouping }) {
  const { t, i18n } = useLingui();
  const { field, bucket } = grouping;
  const { sums: chosen, filter: built, change } = query;
  const sums = useMemo(
    () => sumsFor(collection.fields).filter(({ key }) => chosen.includes(key)),
    [collection, chosen],
  );
  const { groups, error, hasMore, isLoadingMore, loadMore, refresh } = useGroups(collection.slug, {
    grouping,
    filter,
    sums,
  });
  useNews(collection.slug, filter, refresh);
  const isRelation = fieldType(field).kind === "reference";
  const used = useMemo(
    () => (isRelation ? groups?.flatMap(({ value }) => (typeof value === "string" ? [value] : [])) : undefined),
    [groups, isRelation],
  );
  const titles = useChoices(field, used)?.titles;
  const nameOf = useGroupName(grouping, titles);
  const [chart, setChart] = useStored("groups.chart", "hidden");
  const open = useCallback(
    ({ value }: Group) => change({ filter: both(built, groupFilter(grouping, value)), by: undefined, sums: [] }),
    [change, built, grouping],
  );
  const columns = useMemo<readonly DataColumn<Group>[]>(
    () => [
      {
        id: "group",
        header: field.name,
        primary: true,
        cell: (group) => (
          <button type="button" className="min-h-6 text-left font-medium hover:underline" onClick={() => open(group)}>
            {nameOf(group.value)}
          </button>
        ),
      },
      { id: "items", header: t`Items`, align: "end", cell: ({ items }) => formatCount(items, i18n.locale) },
      ...sums.map((sum, at) => ({
        id: sum.key,
        header: i18n._(sumName(sum)),
        align: "end" as const,
        cell: ({ sums: values }: Group) => sumText(values[at], i18n.locale),
      })),
    ],
    [field, sums, nameOf, open, t, i18n],
  );
  const label = t`Groups of ${collection.slug}`;
  return (
    <div className="fade-below flex min-h-0 flex-1 flex-col gap-2 overflow-y-auto [&>*]:shrink-0">
      <GroupTools
        slug={collection.slug}
        grouping={grouping}
        filter={filter}
        sums={sums}
        hasChart={chart === "shown"}
        onChart={(shown) => setChart(shown ? "shown" : "hidden")}
      />
      {chart === "shown" && groups && groups.length > 0 && (
        <GroupChart label={label} groups={groups} sums={sums} inTime={bucket !== undefined} nameOf={nameOf} />
      )}
      <DataTable
        label={label}
        rows={groups}
        columns={columns}
        onOpen={open}
        rowId={({ value }) => JSON.stringify(value)}
        error={groups ? null : error}
        onRetry={refresh}
        empty={
          <EmptyState icon={<SearchX />} title={t`No items to group`} actions={filter ? undefined : create}>
            {filter && <Trans>No item fits the search and the filter.</Trans>}
          </EmptyState>
        }
        footer={
          <LoadMore shown={groups?.length ?? 0} hasMore={hasMore} pending={isLoadingMore} onLoadMore={loadMore} />
        }
      />
    </div>
  );
}

/** Counts again when items have changed. */
function useNews(slug: string, filter: LayoutProps["filter"], refresh: () => void): void {
  const { client, viewing } = useWorkspace();
  const latest = useRef(refresh);
  latest.current = refresh;
  useEffect(() => {
    if (viewing !== undefined) {
      // A stream would show what the operator may see.
      const poll = setInterval(() => latest.current(), POLL_MS);
      return () => clearInterval(poll);
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = client.from(slug).subscribe({ filter }, ({ event }) => {
      if (event === "ready") return;
      timer ??= setTimeout(() => {
        timer = undefined;
        latest.current();
      }, MOMENT);
    });
    return () => {
      clearTimeout(timer);
      follow.close();
    };
  }, [client, slug, filter, viewing]);
}

/** Decimals and large integers are texts, and stay exact. */
function sumText(value: Json | undefined, locale: string): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "number"
    ? new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }).format(value)
    : String(value);
}
