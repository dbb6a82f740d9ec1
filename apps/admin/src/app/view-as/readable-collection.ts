import { viewOf } from "../../api/client.ts";
import type { CollectionInfo } from "../../data/collections.ts";

/**
 * The first collection that a principal may read, by the description of the API that the server gives them; else the first
 * of all, whose page says why they may not.
 */
export async function readableCollection(
  workspace: string,
  principal: string,
  collections: readonly CollectionInfo[],
): Promise<string | undefined> {
  const own = collections.filter(({ system }) => !system).map(({ slug }) => slug);
  const paths = await readPaths(workspace, principal).catch(() => undefined);
  return own.find((slug) => paths?.has(`/api/items/${slug}`)) ?? own[0];
}

async function readPaths(workspace: string, principal: string): Promise<ReadonlySet<string>> {
  const answer = await viewOf(workspace, principal).request("api/openapi.json");
  const { paths } = (await answer.json()) as { paths: Readonly<Record<string, object>> };
  return new Set(Object.entries(paths).flatMap(([path, methods]) => ("get" in methods ? [path] : [])));
}
