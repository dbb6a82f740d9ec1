import { Trans, useLingui } from "@lingui/react/macro";
import { isSystemField, type Json } from "@plinth/core";
import { useQueryClient } from "@tanstack/react-query";
import { History } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { apiKey, useApiList, useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import type { CollectionInfo } from "../../data/collections.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { DiffView } from "../../ui/diff-view.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { LoadMore } from "../../ui/pagination.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.ts";
import { documentAt } from "./document.ts";
import { editedFields, type Item } from "./item.ts";
import { type Version, valuesAt } from "./versions.ts";

interface ItemHistoryProps {
  readonly collection: CollectionInfo;
  readonly item: Item;
}

/** The versions of an item, newest first, as far as the change log reaches. */
export function ItemHistory({ collection, item }: ItemHistoryProps): ReactNode {
  const { t } = useLingui();
  const { slug: workspace, client, rights } = useWorkspace();
  const queries = useQueryClient();
  const path = `items/${collection.slug}/${item.id}/history`;
  const { rows, isPending, error, refetch, hasMore, isLoadingMore, loadMore } = useApiList<Version>(path);
  const isDocument = collection.kind === "document";
  const fields = useMemo(() => new Set(editedFields(collection).map(({ name }) => name)), [collection]);
  const isWritten = (name: string): boolean => (isDocument ? !isSystemField(name) : fields.has(name));
  const items = client.from(collection.slug);
  const restore = useApiMutation({
    // A merge would keep what a value within a document had not then.
    run: (_, then: Record<string, Json>) =>
      (isDocument
        ? items.replace(item.id, documentAt(item, then), { if_version: item.version })
        : items.update(item.id, then, { if_version: item.version })) as Promise<unknown>,
    changes: [`items/${collection.slug}`],
    onDone: () => toast.success(t`Restored`),
  });
  if (error) return <ErrorState error={error} onRetry={refetch} />;
  if (isPending) return <SkeletonLines />;
  if (rows.length === 0)
    return (
      <EmptyState icon={<History />} title={t`The log holds no change of this item`}>
        <Trans>It was changed last before the oldest change that is kept.</Trans>
      </EmptyState>
    );
  const askRestore = async (at: number) => {
    const then = valuesAt(item, rows, at, isWritten);
    const confirmed = await confirm({
      title: t`Restore this version?`,
      description: <DiffView before={currentOf(item, then)} after={then} />,
      confirmLabel: t`Restore`,
    });
    if (!confirmed) return;
    // What was refused rests on what is old: the next attempt begins with what there is now.
    const onError = () =>
      void queries.invalidateQueries({ queryKey: apiKey(workspace, `items/${collection.slug}/${item.id}`) });
    restore.mutate(then, { onError });
  };
  return (
    <div className="flex flex-col gap-3">
      {restore.error && <ErrorState inline error={restore.error} />}
      <ol className="flex flex-col gap-3">
        {rows.map((version, index) => (
          <li key={version.position} className="rounded-lg border bg-surface">
            <header className="flex flex-wrap items-center gap-2 border-b px-3 py-2 text-sm">
              <Badge
                tone={version.operation === "delete" ? "danger" : version.operation === "insert" ? "success" : "info"}
              >
                {version.operation === "insert" ? t`Created` : version.operation === "delete" ? t`Deleted` : t`Changed`}
              </Badge>
              <Time value={version.at} />
              <span className="text-muted">{version.actor_name ?? version.actor ?? t`Nobody known`}</span>
              {rights.develop && index > 0 && version.operation !== "delete" && (
                <Button
                  size="sm"
                  className="ml-auto"
                  pending={restore.isPending}
                  onClick={() => void askRestore(index)}
                >
                  <Trans>Restore</Trans>
                </Button>
              )}
            </header>
            <div className="p-3">
              <DiffView before={sideOf(version, "before")} after={sideOf(version, "after")} />
            </div>
          </li>
        ))}
      </ol>
      <LoadMore shown={rows.length} hasMore={hasMore} pending={isLoadingMore} onLoadMore={loadMore} />
    </div>
  );
}

function sideOf({ changes }: Version, side: "before" | "after"): Record<string, Json> {
  return Object.fromEntries(changes.map((change) => [change.field, change[side]]));
}

function currentOf(item: Item, then: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.keys(then).map((name) => [name, item[name] ?? null]));
}
