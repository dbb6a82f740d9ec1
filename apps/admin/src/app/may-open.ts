import type { Rights } from "../api/workspace.ts";
import { type AdminPage, PAGES } from "./page.ts";

/** One view of a page, by its path below the page's own. */
export interface AdminView {
  readonly page: AdminPage;
  readonly view: string;
}

const partsOf = (path: string): readonly string[] => path.split("/").filter((part) => part !== "");
const namesIn = (parts: readonly string[]): number => parts.filter((part) => part.startsWith("$")).length;

/** Those with the fewest names to fill in first: `collections/new` is no collection. */
const VIEWS = PAGES.flatMap((page) =>
  Object.keys(page.views).map((view) => ({ page, view, parts: [...partsOf(page.path), ...partsOf(view)] })),
).sort((a, b) => namesIn(a.parts) - namesIn(b.parts));

/** Whether these rights allow the view. Without them its page says that access is denied. */
export function allowsView({ page, view }: AdminView, rights: Rights): boolean {
  return page.allows(rights) && (page.viewAllows?.[view]?.(rights) ?? true);
}

/** Whether somebody with these rights is shown what is at the path, such as `collections/posts/items`. */
export function mayOpen(path: string, rights: Rights): boolean {
  const parts = partsOf(path);
  const found = VIEWS.find(
    (one) =>
      one.parts.length === parts.length && one.parts.every((part, at) => part.startsWith("$") || part === parts[at]),
  );
  return found === undefined || allowsView(found, rights);
}
