import { Trans, useLingui } from "@lingui/react/macro";
import type { ItemVersion } from "@plinth/client";
import type { ReactNode } from "react";
import { useApiList } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { NotFound } from "../../app/not-found.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { type CollectionInfo, titleField } from "../../data/collections.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { ItemCrumbs } from "./item-crumbs.tsx";
import { ItemHistory } from "./item-history.tsx";
import { sideOf } from "./versions.ts";

interface DeletedItemProps {
  readonly collection: CollectionInfo;
  readonly id: string;
}

/** What the change log still knows of an item that is not there; a version of it brings it back. */
export function DeletedItem({ collection, id }: DeletedItemProps): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const { rows, isPending } = useApiList<ItemVersion>(`items/${collection.slug}/${id}/history`, { limit: 1 });
  const [newest] = rows;
  if (isPending) return <PagePending />;
  if (!newest) return <NotFound />;
  const title = String(sideOf(newest, "before")[titleField(collection)] ?? id);
  return (
    <div className="max-w-4xl p-4 lg:p-6">
      <PageHeader
        breadcrumbs={<ItemCrumbs slug={collection.slug} title={title} />}
        title={title}
        description={
          rights.undo
            ? t`This item has been deleted. A version of its history brings it back.`
            : t`This item has been deleted. An administrator can bring it back.`
        }
      />
      <h2 className="pb-2 font-semibold text-base">
        <Trans>History</Trans>
      </h2>
      <ItemHistory collection={collection} id={id} />
    </div>
  );
}
