import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { JsonObject } from "@plinth/core";
import { useQuery } from "@tanstack/react-query";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { Button } from "../../ui/button.tsx";
import { errorWords } from "../../ui/error-words.ts";
import type { Rows } from "./use-rows.ts";

export interface ItemCountProps {
  readonly slug: string;
  readonly rows: Rows;
  readonly filter: JsonObject | undefined;
}

/** How many items are known; counting them all costs the server a reading of them all, so somebody has to ask for it. */
export function ItemCount({ slug, rows, filter }: ItemCountProps) {
  const { t } = useLingui();
  const { slug: workspace, client } = useWorkspace();
  const { pages } = rows;
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: [...apiKey(workspace, `items/${slug}`), "count", filter ?? null],
    queryFn: async ({ signal }) => {
      const query = { aggregates: { items: { count: "*" } }, ...(filter && { filter }) };
      const [row] = await client.from(slug).aggregate(query as never, { signal });
      return Number((row as { readonly items?: number } | undefined)?.items ?? 0);
    },
    enabled: false,
    retry: false,
  });
  if (!pages.hasMore) {
    return (
      <p className="mt-auto text-muted text-xs" role="status">
        <Plural value={pages.count} one="# item" other="# items" />
      </p>
    );
  }
  return (
    <p className="mt-auto flex flex-wrap items-center gap-2 text-muted text-xs" role="status">
      {data === undefined ? (
        <Plural value={pages.count} one="# item loaded, more follow" other="# items loaded, more follow" />
      ) : (
        <Trans>
          {pages.count} of {data} loaded
        </Trans>
      )}
      {error ? <span className="text-danger-ink">{errorWords(error)}</span> : null}
      <Button size="sm" variant="link" pending={isFetching} onClick={() => void refetch()}>
        {data === undefined ? t`Count them` : t`Count again`}
      </Button>
    </p>
  );
}
