import { Trans, useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import * as z from "zod";
import { ViewRefusal } from "../../access/view-refusal.tsx";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { NotFound } from "../../app/not-found.tsx";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { HiddenFields } from "../../app/view-as/hidden-fields.tsx";
import { titleField, useCollection, useCollections } from "../../data/collections.ts";
import type { Item } from "../../data/item.ts";
import { JsonView } from "../../ui/json-view.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { DeletedItem } from "./deleted-item.tsx";
import { ItemActions } from "./item-actions.tsx";
import { ItemCrumbs } from "./item-crumbs.tsx";
import { ItemFacts } from "./item-facts.tsx";
import { ItemForm } from "./item-form.tsx";
import { ItemHistory } from "./item-history.tsx";
import { ItemReading } from "./item-reading.tsx";
import { RelatedItems } from "./related-items.tsx";

const address = z.object({ tab: z.enum(["edit", "history", "json"]).optional() });

/** Milliseconds. */
const VIEWING_EVERY = 10_000;

/** One item: its fields, what leads to it, and its history. */
export default function ItemDetail(): ReactNode {
  const { t } = useLingui();
  const { collection: slug = "", id = "" } = useParams({ strict: false }) as { collection?: string; id?: string };
  const { slug: workspace, client, rights, viewing } = useWorkspace();
  const [{ tab = "edit" }, setAddress] = useSearchState(address);
  const collection = useCollection(slug);
  const collections = useCollections();
  const { data, error, refetch } = useQuery({
    queryKey: apiKey(workspace, `items/${slug}/${id}`),
    queryFn: ({ signal }) => client.from(slug).one(id, {}, { signal }) as Promise<unknown>,
    // There is no stream as somebody else.
    ...(viewing !== undefined && { refetchInterval: VIEWING_EVERY }),
  });
  if (collection === null) return <NotFound />;
  if (error && viewing !== undefined) {
    return <ViewRefusal error={error} collection={slug} item={id} onRetry={() => void refetch()} />;
  }
  const isGone = error instanceof PlinthClientError && error.code === "ITEM_NOT_FOUND";
  if (isGone && !data && collection && rights.edit) return <DeletedItem collection={collection} id={id} />;
  // A later reading that fails takes nothing away of what is shown and typed.
  if (error && !data) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!collection && collections.error)
    return <PageFailure error={collections.error} reset={() => void collections.refetch()} />;
  if (!data || !collection) return <PagePending />;
  const item = data as Item;
  const title = String(item[titleField(collection)] ?? item.id);
  return (
    <div className="max-w-4xl p-4 lg:p-6">
      <PageHeader
        breadcrumbs={<ItemCrumbs slug={slug} title={title} />}
        title={title}
        actions={viewing === undefined && rights.edit && <ItemActions collection={collection} item={item} />}
      />
      {isGone && (
        <p role="status" className="mb-3 rounded-lg border bg-danger-soft p-3 text-danger-ink text-sm">
          <Trans>Somebody else has deleted this item. Its history can bring it back; what you typed stays here.</Trans>
        </p>
      )}
      <Tabs
        label={t`Item`}
        value={viewing !== undefined && tab === "history" ? "edit" : tab}
        onValueChange={(next) => setAddress({ tab: next === "edit" ? undefined : (next as "history" | "json") })}
        items={[
          {
            value: "edit",
            label: t`Fields`,
            content: (
              <div className="flex flex-col gap-6">
                {viewing === undefined ? (
                  <ItemForm key={item.id} collection={collection} item={item} />
                ) : (
                  <>
                    <HiddenFields collection={collection} />
                    <ItemReading collection={collection} item={item} />
                  </>
                )}
                <RelatedItems collection={collection} item={item} />
                <ItemFacts item={item} />
              </div>
            ),
          },
          ...(viewing === undefined
            ? [
                {
                  value: "history",
                  label: t`History`,
                  content: <ItemHistory collection={collection} id={id} item={isGone ? undefined : item} />,
                },
              ]
            : []),
          {
            value: "json",
            label: t`JSON`,
            content: <JsonView value={item} />,
          },
        ]}
      />
    </div>
  );
}
