import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useCollections } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";

interface OwnedCount {
  readonly slug: string;
  readonly count: number;
}

/** How many items of each collection a user owns. Counting reads every collection, so somebody has to ask for it. */
export function OwnedItems({ id }: { readonly id: string }): ReactNode {
  const { t } = useLingui();
  const { slug: workspace, client } = useWorkspace();
  const { data: collections } = useCollections();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: [...apiKey(workspace, "items"), "owned", id],
    queryFn: async ({ signal }) => {
      const counts: OwnedCount[] = [];
      // One after the other: the server has other work too.
      for (const { slug, system } of collections ?? []) {
        if (system) continue;
        const query = { aggregates: { items: { count: "*" } }, filter: { owner_id: { _eq: id } } };
        const [row] = await client.from(slug).aggregate(query as never, { signal });
        counts.push({ slug, count: Number((row as { readonly items?: number } | undefined)?.items ?? 0) });
      }
      return counts;
    },
    enabled: false,
    retry: false,
  });
  const owned = data?.filter(({ count }) => count > 0) ?? [];
  return (
    <Card
      title={t`Items of this user`}
      description={t`Those whose owner the user is, by collection.`}
      actions={
        <Button size="sm" pending={isFetching} disabled={!collections} onClick={() => void refetch()}>
          {data ? <Trans>Count again</Trans> : <Trans>Count them</Trans>}
        </Button>
      }
    >
      {error && <ErrorState inline error={error} />}
      {!data && !error && (
        <p className="text-muted text-sm">
          <Trans>Not counted yet.</Trans>
        </p>
      )}
      {data && owned.length === 0 && (
        <p className="text-sm">
          <Trans>The user owns no items.</Trans>
        </p>
      )}
      {owned.length > 0 && (
        <KeyValueList
          items={owned.map(({ slug, count }) => ({
            key: slug,
            label: slug,
            value: (
              <PageLink
                path={`collections/${slug}/items`}
                search={{ filter: { owner_id: { _eq: id } } }}
                className="text-accent-ink underline"
              >
                <Plural value={count} one="# item" other="# items" />
              </PageLink>
            ),
          }))}
        />
      )}
    </Card>
  );
}
