import { nearest } from "@plinth/core";

/** Where other products have the items of a collection. */
const ITEMS: readonly RegExp[] = [
  /^\/items\/([^/]+)(?:\/([^/]+))?$/,
  /^\/rest\/v1\/([^/]+)$/,
  /^\/api\/collections\/([^/]+)\/records(?:\/([^/]+))?$/,
  /^\/api\/data\/([^/]+)(?:\/([^/]+))?$/,
];
const MAX_CHARS = 200;

/** The address that is probably meant by one that does not exist. `paths` are those of the routes. */
export function nearestPath(path: string, paths: readonly string[]): string | undefined {
  if (path.length > MAX_CHARS) return undefined;
  for (const form of ITEMS) {
    const [found, slug, id] = form.exec(path) ?? [];
    if (found !== undefined) return id === undefined ? `/api/items/${slug}` : `/api/items/${slug}/${id}`;
  }
  const parts = path.split("/");
  for (const route of paths) {
    const pattern = route.split("/");
    if (pattern.length !== parts.length || pattern.includes("*")) continue;
    const fits = pattern.every((part, i) => part.startsWith(":") || nearest(parts[i]!, [part]) === part);
    if (fits) return pattern.map((part, i) => (part.startsWith(":") ? parts[i] : part)).join("/");
  }
  return undefined;
}
