import { Trans, useLingui } from "@lingui/react/macro";
import { EyeOff, Rows3, SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { ViewRefusal, WhyLink } from "../../access/view-refusal.tsx";
import { useWorkspace } from "../../api/workspace.ts";
import type { CollectionInfo } from "../../data/collections.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { exampleOf } from "./filter-example.ts";
import type { useRows } from "./use-rows.ts";

export interface ItemsContentProps {
  readonly collection: CollectionInfo;
  readonly rows: ReturnType<typeof useRows>;
  readonly filtered: boolean;
  readonly create: ReactNode;
  readonly children: ReactNode;
}

/** The items, or why there are none. */
export function ItemsContent({ collection, rows, filtered, create, children }: ItemsContentProps) {
  const { slug } = collection;
  const example = exampleOf(collection);
  const { t } = useLingui();
  const { viewing } = useWorkspace();
  const { pages } = rows;
  if (pages.error !== undefined && pages.count === 0) {
    if (viewing !== undefined) return <ViewRefusal error={pages.error} collection={slug} onRetry={rows.reload} />;
    return <ErrorState error={pages.error} onRetry={rows.reload} />;
  }
  if (pages.count > 0 || pages.hasMore) {
    return (
      <>
        {pages.error !== undefined && <ErrorState inline error={pages.error} onRetry={() => pages.retry()} />}
        {children}
      </>
    );
  }
  if (filtered) {
    return (
      <EmptyState icon={<SearchX />} title={t`Nothing found`}>
        <Trans>No item fits the search and the filter.</Trans>
        {example !== undefined && (
          <span className="block">
            <Trans>
              The search takes words, and conditions such as <code>{example}</code>
            </Trans>
          </span>
        )}
      </EmptyState>
    );
  }
  if (viewing !== undefined) {
    return (
      <EmptyState icon={<EyeOff />} title={t`They see no items`} actions={<WhyLink collection={slug} />}>
        <Trans>There are none, or no rule lets them read one.</Trans>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<Rows3 />} title={t`No items yet`} actions={create}>
      <Trans>Items are the rows of this collection. Add the first one here, by a file, or by the API.</Trans>
    </EmptyState>
  );
}
