import { Trans, useLingui } from "@lingui/react/macro";
import { useParams } from "@tanstack/react-router";
import { Plus, Upload } from "lucide-react";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { useGo } from "../../app/links.ts";
import { NotFound } from "../../app/not-found.tsx";
import { PageFailure } from "../../app/page-failure.tsx";
import { useNarrow } from "../../app/use-narrow.ts";
import { HiddenFields } from "../../app/view-as/hidden-fields.tsx";
import { type CollectionInfo, titleField, useCollection, useCollections } from "../../data/collections.ts";
import { useLocked } from "../../data/use-locked.ts";
import { Button } from "../../ui/button.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { UndoButton } from "../../undo/undo-button.tsx";
import { useUndoShortcut } from "../../undo/use-undo.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { ColumnMenu } from "./column-menu.tsx";
import { ColumnsMenu } from "./columns-menu.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { FilterChips } from "./filter-chips.tsx";
import { FilterPopover } from "./filter-popover.tsx";
import { FilterSearch } from "./filter-search.tsx";
import { ItemGrid } from "./grid/item-grid.tsx";
import { ItemCards } from "./item-cards.tsx";
import { ItemCount } from "./item-count.tsx";
import { ItemsContent } from "./items-content.tsx";
import { ItemsHeader } from "./items-header.tsx";
import { groupingOf } from "./layouts/groups.ts";
import { chosenField, fieldsFor } from "./layouts/layout-fields.ts";
import { LayoutMenu } from "./layouts/layout-menu.tsx";
import { News } from "./news.tsx";
import { nextSort, wholeFilter } from "./query-state.ts";
import { useBulkWrites } from "./use-bulk-writes.ts";
import { useDensity } from "./use-density.ts";
import { useItemsState } from "./use-items-state.ts";
import { useRememberItems } from "./use-remember-items.ts";
import { useRows } from "./use-rows.ts";
import { useSeenFields } from "./use-seen-fields.ts";
import { useWrites } from "./use-writes.ts";
import { viewState } from "./view-state.ts";
import { ViewsMenu } from "./views-menu.tsx";
import { WriteConflict } from "./write-conflict.tsx";

const KanbanLayout = lazy(() => import("./layouts/kanban-layout.tsx"));
const GalleryLayout = lazy(() => import("./layouts/gallery-layout.tsx"));
const CalendarLayout = lazy(() => import("./layouts/calendar-layout.tsx"));
const GroupLayout = lazy(() => import("./layouts/group-layout.tsx"));

/** The items of the collection in the address. */
export default function ItemsView(): ReactNode {
  const { collection: slug = "" } = useParams({ strict: false }) as { collection?: string };
  const collection = useCollection(slug);
  const { error, refetch } = useCollections();
  if (collection === undefined && error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (collection === null) return <NotFound />;
  if (collection === undefined) return <SkeletonLines lines={8} className="p-4 lg:p-6" />;
  // Another collection is another page: nothing of the one before stays.
  return <Items key={collection.id} collection={collection} />;
}

function Items({ collection }: { collection: CollectionInfo }) {
  const { t } = useLingui();
  const go = useGo();
  const narrow = useNarrow();
  const { query, columns, isReady, chooseView } = useItemsState(collection);
  const [density] = useDensity();
  const { slug } = collection;
  const path = `collections/${slug}/items`;
  const title = titleField(collection);
  const { q, filter: built } = query;
  const filter = useMemo(() => wholeFilter({ q, filter: built }, title), [q, built, title]);
  const grouping = query.layout === "table" ? groupingOf(query.by, fieldsFor("table", collection)) : undefined;
  const layout = grouping ? "groups" : query.layout;
  // Boards, calendars and groups read the items in their own way.
  const isList = isReady && (layout === "table" || layout === "gallery");
  useRememberItems(slug);
  const picture = layout === "gallery" ? chosenField(fieldsFor("gallery", collection), query.by) : undefined;
  const read = picture ? [picture, ...columns.shown] : columns.shown;
  const rows = useRows(collection, { filter, sort: query.sort, columns: read, shown: isList });
  const writing = useWrites(slug, rows.pages);
  const bulk = useBulkWrites({
    slug,
    writing,
    onDone: (left) => {
      setChosen(new Set(left));
      rows.reload();
    },
  });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const locked = useLocked();
  useUndoShortcut(locked === undefined ? writing.undo : undefined);
  const create = (
    <Button
      variant="primary"
      icon={<Plus aria-hidden />}
      disabled={locked !== undefined}
      title={locked}
      onClick={() => go(`${path}/new`)}
    >
      <Trans>New item</Trans>
    </Button>
  );
  const list = {
    label: t`Items of ${slug}`,
    fields: useSeenFields(columns.shown, rows),
    rows,
    path,
    chosen,
    onChosen: setChosen,
  };
  const menu = { collection, query, filter, columns, bulk, locked };
  const shared = { collection, query, filter, shown: columns.shown, path, title, create, locked };
  return (
    <div className="flex h-[calc(100dvh-3rem-var(--view-bar,0px))] min-h-96 max-sm:short:min-h-[44rem] lg:h-[calc(100dvh-var(--view-bar,0px))] flex-col gap-2 p-4 lg:px-6 lg:pt-6">
      <ItemsHeader slug={slug} path={path} actions={create} />
      <HiddenFields collection={collection} />
      <Toolbar
        label={t`Items`}
        end={
          <>
            {!narrow && layout !== "calendar" && layout !== "groups" && (
              <ColumnsMenu columns={columns} grid={layout === "table"} />
            )}
            <Button
              icon={<Upload aria-hidden />}
              disabled={locked !== undefined}
              title={locked ?? t`Import`}
              onClick={() => go(`${path}/import`)}
            >
              <span className="max-xl:sr-only">
                <Trans>Import</Trans>
              </span>
            </Button>
            <ExportMenu collection={collection} filter={filter} sort={query.sort} />
          </>
        }
      >
        <FilterSearch collection={collection} title={title} query={query} />
        <ViewsMenu collection={slug} chosen={query.view} state={viewState(query, columns)} onChoose={chooseView} />
        <FilterPopover collection={collection} filter={query.filter} onChange={query.setFilter} />
        <LayoutMenu collection={collection} query={query} />
        <FilterChips collection={collection} filter={query.filter} onChange={query.setFilter} />
        {locked === undefined && <UndoButton collection={slug} onUndo={writing.undo} />}
        <News count={rows.news} onShow={rows.reload} />
      </Toolbar>
      {layout === "table" && chosen.size > 0 && locked !== undefined && <p className="text-muted text-sm">{locked}</p>}
      {layout === "table" && chosen.size > 0 && locked === undefined && (
        <BulkBar
          // "All" is said of one filter, and not of the next one.
          key={JSON.stringify(filter)}
          fields={collection.fields}
          chosen={chosen}
          filter={filter}
          bulk={bulk}
          onClear={() => setChosen(new Set())}
        />
      )}
      <Suspense fallback={<SkeletonLines lines={8} className="p-4" />}>
        {!isReady && <SkeletonLines lines={8} className="p-4" />}
        {layout === "kanban" && <KanbanLayout {...shared} />}
        {layout === "calendar" && <CalendarLayout {...shared} />}
        {layout === "groups" && <GroupLayout {...shared} />}
        {isList && (
          <ItemsContent collection={collection} rows={rows} filtered={filter !== undefined} create={create}>
            {layout === "gallery" ? (
              <GalleryLayout {...shared} rows={rows} />
            ) : narrow ? (
              <ItemCards {...list} title={title} />
            ) : (
              <ItemGrid
                {...list}
                writing={writing}
                locked={locked}
                sort={query.sort}
                onSort={(field, add) => query.setSort(nextSort(query.sort, field, add))}
                pinned={list.fields.filter(({ name }) => columns.pinned.includes(name)).length}
                density={density}
                widths={columns.widths}
                onWidth={columns.setWidth}
                onOpen={(id) => id !== "" && go(`${path}/${id}`)}
                menuOf={(field, close) => <ColumnMenu {...menu} field={field} onClose={close} />}
              />
            )}
          </ItemsContent>
        )}
      </Suspense>
      {isList && <ItemCount slug={slug} rows={rows} filter={filter} />}
      <WriteConflict slug={slug} writing={writing} shown={rows.pages} />
    </div>
  );
}
