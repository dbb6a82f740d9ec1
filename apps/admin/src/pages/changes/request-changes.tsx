import { Trans, useLingui } from "@lingui/react/macro";
import type { RequestChange } from "@plinth/client";
import type { ReactNode } from "react";
import { useApiList } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { OperationBadge } from "../../data/operation-badge.tsx";
import { DiffView } from "../../ui/diff-view.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { LoadMore } from "../../ui/pagination.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { sideOf } from "../item/versions.ts";

/** Changes of one page: each may show many fields. */
const PAGE_SIZE = 20;

/** What a request has changed, item by item and field by field. */
export function RequestChanges({ request }: { readonly request: string }): ReactNode {
  const { t } = useLingui();
  const list = useApiList<RequestChange>(`changes/requests/${encodeURIComponent(request)}`, { limit: PAGE_SIZE });
  return (
    <section aria-label={t`Changes`} className="flex flex-col gap-3">
      <h2 className="font-semibold text-base">
        <Trans>Changes</Trans>
      </h2>
      {list.error && <ErrorState inline error={list.error} onRetry={list.refetch} />}
      {list.isPending && <SkeletonLines />}
      {!list.isPending && !list.error && list.rows.length === 0 && (
        <p className="text-muted text-sm">
          <Trans>The collections of these changes have been deleted.</Trans>
        </p>
      )}
      <ol className="flex flex-col gap-3">
        {list.rows.map((change) => (
          <li key={change.position} className="rounded-lg border bg-surface">
            <header className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b px-3 py-2 text-sm">
              <OperationBadge operation={change.operation} />
              <PageLink
                path={`collections/${change.collection}/items/${change.item}`}
                search={{ tab: "history" }}
                className="min-w-0 break-all hover:underline"
              >
                {change.collection} <code>{change.item.slice(-12)}</code>
              </PageLink>
            </header>
            <DiffView
              before={sideOf(change, "before")}
              after={sideOf(change, "after")}
              className="rounded-t-none border-0"
            />
          </li>
        ))}
      </ol>
      <LoadMore
        shown={list.rows.length}
        hasMore={list.hasMore}
        pending={list.isLoadingMore}
        onLoadMore={list.loadMore}
      />
    </section>
  );
}
