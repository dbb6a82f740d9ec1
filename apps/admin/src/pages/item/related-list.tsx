import { Trans, useLingui } from "@lingui/react/macro";
import type { Field } from "@plinth/core";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { apiKey, useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { PageLink } from "../../app/page-link.tsx";
import { type CollectionInfo, titleField } from "../../data/collections.ts";
import type { Item } from "../../data/item.ts";
import { ItemPicker } from "../../data/item-picker.tsx";
import { junctionOf } from "../../data/junction.ts";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { IconButton } from "../../ui/icon-button.tsx";

interface RelatedListProps {
  readonly field: Field;
  readonly collection: CollectionInfo;
  readonly item: Item;
  readonly collections: readonly CollectionInfo[];
}

/** More are behind the link to all of them. */
const SHOWN = 50;

/** Items of a list field. Where a junction links them, they are added and removed here. */
export function RelatedList({ field, collection, item, collections }: RelatedListProps): ReactNode {
  const { t } = useLingui();
  const { slug: workspace, client, rights, viewing } = useWorkspace();
  const junction = junctionOf(field, collection.slug, collections);
  const target = collections.find(({ slug }) => slug === field.to);
  const from = junction?.slug ?? field.to ?? "";
  const back = junction?.back ?? field.via ?? "";
  const { data, error } = useQuery({
    queryKey: apiKey(workspace, `items/${from}`, { of: item.id, field: field.name }),
    queryFn: async ({ signal }) => {
      const query = { filter: { [back]: item.id }, limit: SHOWN, ...(junction && { expand: [junction.target] }) };
      const { data: found } = await client.from(from).list(query as never, { signal });
      return found as unknown as readonly Item[];
    },
    enabled: target !== undefined,
  });
  const add = useApiMutation({
    run: (_, id: string) =>
      client.from(from).create({ [back]: item.id, [junction!.target]: id } as never) as Promise<unknown>,
    changes: [`items/${from}`],
  });
  const remove = useApiMutation({
    run: (_, id: string) => client.from(from).delete(id),
    changes: [`items/${from}`],
  });
  if (!target) return null;
  const title = titleField(target);
  const rows = (data ?? []).map((row) => {
    const linked = junction ? (row[junction.target] as unknown as Item) : row;
    return { link: row.id, id: linked?.id ?? row.id, title: String(linked?.[title] ?? linked?.id ?? row.id) };
  });
  const failure = error ?? add.error ?? remove.error;
  return (
    <Card title={field.name} description={field.note ?? t`Items of ${target.slug}`}>
      <ul className="flex flex-col">
        {rows.map((row) => (
          <li key={row.link} className="flex min-h-8 items-center gap-2 border-b last:border-b-0">
            <PageLink
              path={`collections/${target.slug}/items/${row.id}`}
              className="min-w-0 flex-1 truncate hover:underline"
            >
              {row.title}
            </PageLink>
            {junction && rights.edit && viewing === undefined && (
              <IconButton
                size="sm"
                label={t`Remove ${row.title}`}
                icon={<X aria-hidden />}
                pending={remove.isPending && remove.variables === row.link}
                onClick={() => remove.mutate(row.link)}
              />
            )}
          </li>
        ))}
        {data && rows.length === 0 && (
          <li className="text-muted text-sm">
            <Trans>None yet.</Trans>
          </li>
        )}
      </ul>
      {junction && rights.edit && viewing === undefined && (
        <ItemPicker
          aria-label={t`Add an item of ${target.slug}`}
          placeholder={t`Add …`}
          collection={target.slug}
          value={null}
          onValueChange={(id) => id !== null && add.mutate(id)}
          disabled={add.isPending}
          className="mt-2 max-w-md"
        />
      )}
      {failure && <ErrorState inline error={failure} className="mt-2" />}
    </Card>
  );
}
