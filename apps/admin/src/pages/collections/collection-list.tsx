import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { isRelational, type Rule } from "@plinth/core";
import { List, Plus, Table2, Workflow } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import { z } from "zod";
import { useApiGet } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { type CollectionInfo, useCollections } from "../../data/collections.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { AccessBadge } from "./access-badge.tsx";
import { opennessOf } from "./access-summary.ts";

const Graph = lazy(() => import("./graph/graph.tsx"));

const SEARCH = z.object({ view: z.enum(["list", "graph"]).optional(), q: z.string().optional() });

/** All collections of the workspace, as a list or as a graph of their relations. */
export default function CollectionList(): ReactNode {
  const { t } = useLingui();
  const { data: collections, error, refetch } = useCollections();
  const [{ view = "list", q = "" }, setSearch] = useSearchState(SEARCH);
  const own = collections?.filter(({ system }) => !system).length;
  return (
    <div className="flex min-w-0 flex-1 flex-col p-4 lg:p-6">
      <PageHeader
        title={t`Collections`}
        description={t`What the workspace stores: each collection is a table of items with the same fields.`}
        actions={
          <>
            <Button asChild>
              <PageLink path="start" search={{ from: "file" }}>
                <Trans>From a file</Trans>
              </PageLink>
            </Button>
            <Button asChild variant="primary" icon={<Plus aria-hidden />}>
              <PageLink path="collections/new">
                <Trans>New collection</Trans>
              </PageLink>
            </Button>
          </>
        }
      />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !collections ? (
        <SkeletonLines />
      ) : (
        <div className="flex min-h-0 flex-1 flex-col gap-3">
          {own === 0 && <NoCollections />}
          <Toolbar
            label={t`Collections`}
            end={
              <SegmentedControl
                aria-label={t`View`}
                value={view}
                onValueChange={(next) => setSearch({ view: next })}
                options={[
                  { value: "list", label: t`List`, icon: <List aria-hidden /> },
                  { value: "graph", label: t`Graph`, icon: <Workflow aria-hidden /> },
                ]}
              />
            }
          >
            <SearchInput
              label={t`Search collections`}
              value={q}
              onSearch={(text) => setSearch({ q: text }, { replace: true })}
            />
          </Toolbar>
          {view === "graph" ? (
            <Suspense fallback={<SkeletonLines />}>
              <Graph collections={collections} marked={q} />
            </Suspense>
          ) : (
            <Rows collections={matching(collections, q)} />
          )}
        </div>
      )}
    </div>
  );
}

function NoCollections(): ReactNode {
  const { t } = useLingui();
  return (
    <EmptyState
      icon={<Table2 />}
      title={t`No collections of your own yet`}
      className="rounded-lg border border-dashed"
      actions={
        <Button asChild variant="primary">
          <PageLink path="start">
            <Trans>Start with data</Trans>
          </PageLink>
        </Button>
      }
    >
      <Trans>
        A collection holds items: posts, orders, measurements. Make one from a file, from a template, or field by field.
      </Trans>
    </EmptyState>
  );
}

function matching(collections: readonly CollectionInfo[], text: string): readonly CollectionInfo[] {
  const wanted = text.trim().toLowerCase();
  const found = collections.filter(
    ({ slug, note = "", fields }) =>
      slug.includes(wanted) || note.toLowerCase().includes(wanted) || fields.some(({ name }) => name.includes(wanted)),
  );
  return found.sort((a, b) => Number(a.system !== undefined) - Number(b.system !== undefined));
}

function Rows({ collections }: { readonly collections: readonly CollectionInfo[] }): ReactNode {
  const { t } = useLingui();
  const { data: rules } = useApiGet<readonly Rule[]>("permissions");
  if (collections.length === 0) {
    return (
      <EmptyState title={t`No collection matches`}>
        <Trans>Neither a name, a note nor a field has these letters.</Trans>
      </EmptyState>
    );
  }
  return (
    <ul aria-label={t`Collections`} className="divide-y rounded-lg border bg-surface">
      {collections.map((collection) => (
        <CollectionRow key={collection.id} collection={collection} rules={rules} />
      ))}
    </ul>
  );
}

interface CollectionRowProps {
  readonly collection: CollectionInfo;
  readonly rules: readonly Rule[] | undefined;
}

function CollectionRow({ collection, rules }: CollectionRowProps): ReactNode {
  const { slug, note, kind, fields, system } = collection;
  const targets = [...new Set(fields.filter(isRelational).map(({ to }) => to))].join(", ");
  return (
    <li className="relative flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 has-[a.row-link:hover]:bg-hover">
      <div className="min-w-0 flex-1 basis-60">
        <div className="flex flex-wrap items-center gap-2">
          <PageLink path={`collections/${slug}`} className="row-link font-medium after:absolute after:inset-0">
            {slug}
          </PageLink>
          {system && (
            <Badge tone="info">
              <Trans>Kept by Plinth</Trans>
            </Badge>
          )}
          {kind === "document" && (
            <Badge>
              <Trans>Documents</Trans>
            </Badge>
          )}
          {rules && <AccessBadge openness={opennessOf(rules, slug)} />}
        </div>
        {note && <p className="truncate text-muted text-sm">{note}</p>}
        <p className="text-muted text-xs">
          {kind === "document" ? (
            <Trans>any JSON object</Trans>
          ) : (
            plural(fields.length, { one: "# field", other: "# fields" })
          )}
          {targets !== "" && (
            <>
              {" · "}
              <Trans>linked to {targets}</Trans>
            </>
          )}
        </p>
      </div>
      <Button asChild size="sm" className="relative">
        <PageLink path={`collections/${slug}/items`}>
          <Trans>Items</Trans>
        </PageLink>
      </Button>
    </li>
  );
}
