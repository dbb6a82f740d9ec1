import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { CollectionIcon } from "../../data/collection-icon.tsx";
import { listedCollections, useCollections } from "../../data/collections.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { PageLink } from "../page-link.tsx";
import { NAV_LINK_STYLE } from "./styles.ts";

/** Milliseconds, while the page is visible: no stream tells of collections. */
const EVERY = 10_000;

/** A link to the items of each collection. All that shows collections follows what others make and remove. */
export function CollectionLinks(): ReactNode {
  const { data: collections, isPending } = useCollections({ every: EVERY });
  const { collection: open } = useParams({ strict: false });
  if (isPending) return <Skeleton className="mx-2 mt-1 h-5 w-32" />;
  // Users and files have pages of their own; their collections are among all of them.
  const own = listedCollections(collections ?? []).filter(({ system }) => !system);
  return own.map(({ slug, system }) => (
    <PageLink
      key={slug}
      path={`collections/${slug}/items`}
      // Its schema is the same place.
      aria-current={slug === open ? "page" : undefined}
      className={NAV_LINK_STYLE}
    >
      <CollectionIcon system={system} />
      <span className="truncate">{slug}</span>
    </PageLink>
  ));
}
