import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";

interface ItemCrumbsProps {
  readonly slug: string;
  readonly title: ReactNode;
}

/** The way back to the items. */
export function ItemCrumbs({ slug, title }: ItemCrumbsProps): ReactNode {
  return (
    <Breadcrumbs
      items={[
        <PageLink key="items" path={`collections/${slug}/items`}>
          {slug}
        </PageLink>,
        title,
      ]}
    />
  );
}
