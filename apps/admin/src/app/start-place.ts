import { apiOf } from "../api/api.ts";
import { clientOf } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { workspacesQuery } from "../api/workspace.ts";
import { collectionsQuery } from "../data/collections.ts";
import { lastItems } from "./last-items.ts";
import { lastVisited } from "./last-workspace.ts";
import { hrefIn } from "./links.ts";

export interface StartPlace {
  readonly to: string;
  readonly search: Readonly<Record<string, unknown>>;
}

/** Where `/admin` leads: to the items that this browser showed last, if they are still there, else to the overview. */
export async function startPlace(): Promise<StartPlace> {
  const workspace = await lastWorkspace();
  const items = lastItems();
  if (items?.workspace !== workspace || !(await hasCollection(workspace, items.collection)))
    return { to: hrefIn(workspace, ""), search: {} };
  return { to: hrefIn(workspace, `collections/${encodeURIComponent(items.collection)}/items`), search: items.search };
}

async function lastWorkspace(): Promise<string> {
  const { data, has_more } = await queryClient.fetchQuery(workspacesQuery);
  const usable = data.filter(({ state }) => state === "active").map(({ slug }) => slug);
  const last = lastVisited();
  const isUsable = usable.includes(last ?? "") || (has_more && data.every(({ slug }) => slug !== last));
  if (last !== null && isUsable) return last;
  return usable[0] ?? "default";
}

/** What cannot be read is not there; the overview says why. */
async function hasCollection(workspace: string, collection: string): Promise<boolean> {
  const query = collectionsQuery({ slug: workspace, api: apiOf(clientOf(workspace)) });
  const found = await queryClient.fetchQuery(query).catch(() => []);
  return found.some(({ slug }) => slug === collection);
}
