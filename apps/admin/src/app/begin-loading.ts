import { apiOf } from "../api/api.ts";
import { clientOf } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { meQuery, workspacesQuery } from "../api/workspace.ts";
import { collectionsQuery } from "../data/collections.ts";
import { lastItems } from "./last-items.ts";
import { lastVisited, seemsSignedIn } from "./last-workspace.ts";
import { PAGES } from "./page.ts";

/** Below `/admin`: a page of a workspace, and whether it is the list of items. */
const ADDRESS = /^\/admin\/t\/([^/]+)(\/collections\/[^/]+\/items\/?$)?/;

/**
 * Asks for what the first page needs, all at once, before anything is drawn: otherwise one answer waits for the other. Whoever is not
 * signed in would be refused.
 */
export function beginLoading(): void {
  if (!seemsSignedIn()) return;
  const [, named, isList] = ADDRESS.exec(location.pathname) ?? [];
  const items = lastItems();
  const slug = named ?? items?.workspace ?? lastVisited() ?? "default";
  void queryClient.prefetchQuery(workspacesQuery);
  void queryClient.prefetchQuery(meQuery(slug));
  void queryClient.prefetchQuery(collectionsQuery({ slug, api: apiOf(clientOf(slug)) }));
  if (isList === undefined && (named !== undefined || !items)) return;
  const list = PAGES.find(({ path, views }) => path === "collections/$collection/items" && "" in views);
  void list?.views[""]?.();
}
