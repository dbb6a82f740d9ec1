import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useApiList } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useCollections } from "../../data/collections.ts";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { LoadMore } from "../../ui/pagination.tsx";
import { ORGANIZATION_ROLE_NAMES, type OrganizationMembership } from "../organizations/organization.ts";

/** The organizations of a user, where the workspace has them. */
export function UserOrganizations({ id }: { readonly id: string }): ReactNode {
  const { data: collections = [] } = useCollections();
  const members = collections.find(({ system }) => system === "organization_members");
  return members && <Memberships id={id} collection={members.slug} />;
}

interface MembershipsProps {
  readonly id: string;
  readonly collection: string;
}

function Memberships({ id, collection }: MembershipsProps): ReactNode {
  const { t } = useLingui();
  const { rows, error, refetch, hasMore, isLoadingMore, loadMore } = useApiList<OrganizationMembership>(
    `items/${collection}`,
    { filter: JSON.stringify({ user: { _eq: id } }), fields: "id,role,organization.id,organization.name" },
  );
  if (error) return <ErrorState inline error={error} onRetry={refetch} />;
  if (rows.length === 0) return null;
  return (
    <Card title={t`Organizations`}>
      <KeyValueList
        items={rows.map(({ id: key, role, organization }) => ({
          key,
          label: t(ORGANIZATION_ROLE_NAMES[role]),
          value: (
            <PageLink path={`organizations/${organization.id}`} className="text-accent-ink underline">
              {organization.name}
            </PageLink>
          ),
        }))}
      />
      {hasMore && <LoadMore shown={rows.length} hasMore pending={isLoadingMore} onLoadMore={loadMore} />}
    </Card>
  );
}
