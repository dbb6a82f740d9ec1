import { Trans, useLingui } from "@lingui/react/macro";
import type { ItemVersion } from "@plinth/client";
import { History } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiListUntil } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { ActorName } from "../../app/actor-name.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { useSearchState } from "../../app/search-state.ts";
import type { CollectionInfo } from "../../data/collections.ts";
import type { Item } from "../../data/item.ts";
import { OperationBadge } from "../../data/operation-badge.tsx";
import { type Party, useParties } from "../../data/parties.ts";
import { Button } from "../../ui/button.tsx";
import { DiffView } from "../../ui/diff-view.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { LoadMore } from "../../ui/pagination.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { writtenFields } from "./item.ts";
import { RestoreDialog } from "./restore-dialog.tsx";
import { useVersionValue } from "./version-value.tsx";
import { sideOf, valuesAt } from "./versions.ts";

interface ItemHistoryProps {
  readonly collection: CollectionInfo;
  readonly id: string;
  /** As it is now; absent where it has been deleted. */
  readonly item?: Item | undefined;
}

/** The position of the version that is open. */
const address = z.object({ version: z.string().max(60).optional() });

/** The versions of an item, newest first, as far as the change log reaches. Each has an address, and can be restored. */
export function ItemHistory({ collection, id, item }: ItemHistoryProps): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const [{ version: open }, setAddress] = useSearchState(address);
  const indexOf = (rows: readonly ItemVersion[]) => rows.findIndex(({ position }) => position === open);
  const { rows, isPending, error, refetch, hasMore, isLoadingMore, loadMore } = useApiListUntil<ItemVersion>(
    `items/${collection.slug}/${id}/history`,
    { limit: 50 },
    (found) => open === undefined || indexOf(found) >= 0,
  );
  const names = useMemo(() => rows.flatMap(({ actor }) => actor ?? []), [rows]);
  const partyOf = useParties(names);
  const isWritten = useMemo(() => writtenFields(collection), [collection]);
  const show = useVersionValue(collection);
  // The head of a version has its time, and the id is that of the page.
  const isShown = (name: string) => isWritten(name) || name === "owner_id";
  if (error) return <ErrorState error={error} onRetry={refetch} />;
  if (isPending) return <SkeletonLines />;
  if (rows.length === 0)
    return (
      <EmptyState icon={<History />} title={t`The log holds no change of this item`}>
        <Trans>It was changed last before the oldest change that is kept.</Trans>
      </EmptyState>
    );
  const at = indexOf(rows);
  const now = item ?? {};
  return (
    <div className="flex flex-col gap-3">
      <ol className="flex flex-col gap-3">
        {rows.map((version, index) => (
          <li key={version.position} className="rounded-lg border bg-surface">
            <VersionHead version={version} partyOf={partyOf}>
              {rights.undo && version.operation !== "delete" && (index > 0 || !item) && (
                <Button size="sm" onClick={() => setAddress({ version: version.position })}>
                  <Trans>Restore this version</Trans>
                </Button>
              )}
            </VersionHead>
            <DiffView
              before={sideOf(version, "before", isShown)}
              after={sideOf(version, "after", isShown)}
              show={show}
              className="rounded-t-none border-0"
            />
          </li>
        ))}
      </ol>
      <LoadMore shown={rows.length} hasMore={hasMore} pending={isLoadingMore} onLoadMore={loadMore} />
      {open !== undefined && (
        <RestoreDialog
          key={open}
          collection={collection}
          target={{ collection: collection.slug, id, to: open }}
          version={rows[at]}
          now={now}
          then={at < 0 ? {} : valuesAt(now, rows, at, isWritten)}
          onClose={() => setAddress({ version: undefined })}
        />
      )}
    </div>
  );
}

interface VersionHeadProps {
  readonly version: ItemVersion;
  readonly partyOf: (name: string) => Party;
  readonly children: ReactNode;
}

/** What was done, when, by whom, and in which request. */
function VersionHead({ version, partyOf, children }: VersionHeadProps): ReactNode {
  const { operation, at, actor, actor_name, request_id } = version;
  return (
    <header className="flex min-h-11 flex-wrap items-center gap-x-2 gap-y-1 border-b px-3 py-1.5 text-sm">
      <OperationBadge operation={operation} />
      <Time value={at} />
      <span className="min-w-0 break-words text-muted">
        <ActorName actor={actor} name={actor_name} partyOf={partyOf} />
      </span>
      <span className="ml-auto flex flex-wrap items-center gap-x-3 gap-y-1">
        {request_id !== null && (
          <PageLink leadsOnly path={`changes/${request_id}`} className="text-muted underline">
            <Trans>Whole request</Trans>
          </PageLink>
        )}
        {children}
      </span>
    </header>
  );
}
