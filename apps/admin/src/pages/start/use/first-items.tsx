import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, fieldType } from "@plinth/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { apiKey } from "../../../api/hooks.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import { PageLink } from "../../../app/page-link.tsx";
import { type CollectionInfo, titleField, useCollections } from "../../../data/collections.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { DataTable } from "../../../ui/data-table.tsx";
import type { DataColumn } from "../../../ui/data-table-model.ts";
import { isAtRight } from "../../items/cell-value.ts";
import { CellView } from "../../items/grid/cell-view.tsx";
import { listQuery, readPage, titledRelations } from "../../items/read-page.ts";
import type { ItemRow } from "../../items/row-pages.ts";

const [ITEMS, COLUMNS] = [5, 5];

/** The first items of a collection, and the way to all of them. */
export function FirstItems({ collection }: { readonly collection: CollectionInfo }): ReactNode {
  const { t } = useLingui();
  const { slug: workspace, client } = useWorkspace();
  const { data: collections = [] } = useCollections();
  const { slug } = collection;
  const { data, error, refetch } = useQuery({
    queryKey: apiKey(workspace, `items/${slug}`, { limit: ITEMS }),
    queryFn: async ({ signal }) => {
      const titles = new Map<string, string>();
      const query = listQuery({ filter: undefined, sort: [], relations: titledRelations(collection, collections) });
      const { rows } = await readPage(client, slug, { ...query, limit: ITEMS }, signal, titles);
      return { rows, titles };
    },
    enabled: collections.length > 0,
  });
  const columns = useMemo(() => columnsOf(collection, (id) => data?.titles.get(id)), [collection, data]);
  return (
    <Card
      flush
      className="xl:col-span-2"
      title={t`The first items`}
      actions={
        <Button asChild size="sm" variant="primary">
          <PageLink path={`collections/${slug}/items`}>
            <Trans>Open the table</Trans>
          </PageLink>
        </Button>
      }
    >
      <DataTable
        label={t`The first items`}
        rows={data?.rows}
        columns={columns}
        rowId={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={
          <p className="p-4 text-muted text-sm">
            <Trans>There are no items yet.</Trans>
          </p>
        }
        className="rounded-t-none border-0"
      />
    </Card>
  );
}

/** The field by which people know an item first; documents have any fields, so only their ids. */
function columnsOf(
  { kind, fields }: CollectionInfo,
  titleOf: (id: string) => string | undefined,
): readonly DataColumn<ItemRow>[] {
  const title = titleField({ fields });
  const shown = fields.filter((field) => fieldType(field).kind !== "list");
  const ordered: readonly Field[] =
    kind === "document" || shown.length === 0
      ? [{ name: "id", type: "uuid" }]
      : shown.toSorted((a, b) => Number(b.name === title) - Number(a.name === title));
  return ordered.slice(0, COLUMNS).map((field, at) => ({
    id: field.name,
    header: field.name,
    ...(at === 0 && { primary: true }),
    ...(isAtRight(field) && { align: "end" as const }),
    cell: (row) => <CellView field={field} value={row[field.name]} draft={undefined} titleOf={titleOf} />,
  }));
}
