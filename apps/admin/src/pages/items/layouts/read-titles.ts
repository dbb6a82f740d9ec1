import type { JsonObject } from "@plinth/core";
import type { WorkspaceClient } from "../../../api/client.ts";

/** Ids of one request: they stand in its address. */
const AT_ONCE = 100;

/** What items are called, by their ids. `list` reads those of some ids; what it does not give has no title. */
export async function readTitles(
  list: (ids: readonly string[]) => Promise<readonly JsonObject[]>,
  title: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const titles = new Map<string, string>();
  const open = [...new Set(ids)];
  for (let from = 0; from < open.length; from += AT_ONCE)
    for (const row of await list(open.slice(from, from + AT_ONCE)))
      titles.set(String(row.id), String(row[title] ?? row.id));
  return titles;
}

/** Reads ids and titles by the API. */
export function titleList(client: WorkspaceClient, slug: string, title: string, signal?: AbortSignal) {
  const fields = [...new Set(["id", title])];
  return async (ids: readonly string[]): Promise<readonly JsonObject[]> => {
    const query = { fields, filter: { id: { _in: ids } }, limit: ids.length };
    return (await client.from(slug).list(query as object, signal && { signal })).data as readonly JsonObject[];
  };
}
