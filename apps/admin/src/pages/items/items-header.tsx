import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { TabLink, TabLinks } from "../../ui/tabs.tsx";

export interface ItemsHeaderProps {
  readonly slug: string;
  /** Of the items, below the workspace. */
  readonly path: string;
  readonly actions: ReactNode;
}

export function ItemsHeader({ slug, path, actions }: ItemsHeaderProps) {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  return (
    <PageHeader
      className="pb-0"
      title={slug}
      breadcrumbs={
        <Breadcrumbs
          items={[
            <PageLink key="all" path="collections">
              <Trans>Collections</Trans>
            </PageLink>,
            slug,
          ]}
        />
      }
      actions={actions}
      tabs={
        <TabLinks label={t`Parts of the collection`}>
          <TabLink>
            <PageLink path={path}>
              <Trans>Items</Trans>
            </PageLink>
          </TabLink>
          {rights.develop && (
            <TabLink>
              <PageLink path={`collections/${slug}`}>
                <Trans>Schema</Trans>
              </PageLink>
            </TabLink>
          )}
          {rights.develop && (
            <TabLink>
              <PageLink path={`collections/${slug}`} search={{ tab: "access" }}>
                <Trans>Access</Trans>
              </PageLink>
            </TabLink>
          )}
        </TabLinks>
      }
    />
  );
}
