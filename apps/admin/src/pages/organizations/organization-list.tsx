import { Trans, useLingui } from "@lingui/react/macro";
import { Building2, Plus } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { type CollectionInfo, useCollections } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { Time } from "../../ui/time.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { NewOrganizationDialog } from "./new-organization-dialog.tsx";
import type { OrganizationInfo } from "./organization.ts";
import { SwitchOn } from "./switch-on.tsx";

const address = z.object({ search: z.string().min(1).max(200).optional(), new: z.literal(true).optional() });

/** The organizations of the workspace's users, or the way to have some. */
export default function OrganizationPage(): ReactNode {
  const { data: collections, error, refetch } = useCollections();
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!collections) return <PagePending />;
  const collection = collections.find(({ system }) => system === "organizations");
  return collection ? <OrganizationList collection={collection} /> : <SwitchOn />;
}

function OrganizationList({ collection }: { readonly collection: CollectionInfo }): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [{ search, new: isNew }, setAddress] = useSearchState(address);
  const organizations = useApiList<OrganizationInfo>(`items/${collection.slug}`, {
    sort: "name",
    filter: search && JSON.stringify({ name: { _icontains: { $literal: search } } }),
  });
  const columns = useMemo<readonly DataColumn<OrganizationInfo>[]>(
    () => [
      {
        id: "name",
        header: t`Name`,
        primary: true,
        cell: ({ id, name }) => (
          <PageLink path={`organizations/${id}`} className="font-medium hover:underline">
            {name}
          </PageLink>
        ),
      },
      { id: "slug", header: t`Slug`, cell: ({ slug }) => <code>{slug}</code> },
      { id: "created_at", header: t`Created`, cell: (one) => <Time value={one.created_at} /> },
    ],
    [t],
  );
  const create = (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setAddress({ new: true })}>
      <Trans>Create organization</Trans>
    </Button>
  );
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Organizations`}
        description={t`The companies, clubs or families in which your users work together. Rules show each its own data.`}
        actions={create}
      />
      <Toolbar label={t`Organizations`} className="pb-3">
        <SearchInput
          label={t`Search by name`}
          value={search ?? ""}
          onSearch={(text) => setAddress({ search: text || undefined }, { replace: true })}
          className="w-full sm:w-72"
        />
      </Toolbar>
      <PagedTable
        label={t`Organizations`}
        list={organizations}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ id }) => go(`organizations/${id}`)}
        empty={
          search ? (
            <EmptyState icon={<Building2 />} title={t`No organization is called so`} />
          ) : (
            <EmptyState icon={<Building2 />} title={t`No organizations yet`} actions={create}>
              <Trans>Users make them in your app by the API, or you make one here and name its owner.</Trans>
            </EmptyState>
          )
        }
      />
      <NewOrganizationDialog open={isNew === true} onClose={() => setAddress({ new: undefined }, { replace: true })} />
    </div>
  );
}
