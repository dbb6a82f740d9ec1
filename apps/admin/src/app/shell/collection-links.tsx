import type { SystemCollection } from "@plinth/core";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Rights, useWorkspace } from "../../api/workspace.ts";
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
  const { rights } = useWorkspace();
  if (isPending) return <Skeleton className="mx-2 mt-1 h-5 w-32" />;
  const listed = listedCollections(collections ?? []).filter(({ system }) => !system || !hasPage(system, rights));
  return listed.map(({ slug, system }) => (
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

/** Users, organizations and files stand in the navigation once: as a page, or for those who may not open it, as a collection. */
function hasPage(system: SystemCollection, { administer, develop }: Rights): boolean {
  return system === "files" ? develop : administer;
}
