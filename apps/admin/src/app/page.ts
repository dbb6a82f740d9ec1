import type { MessageDescriptor } from "@lingui/core";
import type { LucideIcon } from "lucide-react";
import type { ComponentType } from "react";
import type { Rights } from "../api/workspace.ts";

export const NAV_GROUPS = ["data", "access", "people", "automation", "live", "api", "settings"] as const;

export type NavGroup = (typeof NAV_GROUPS)[number];

/** What one folder below `pages/` brings; the file `page.ts` exports it as `page`. */
export interface AdminPage {
  /** Below `/admin/t/:workspace/`, such as `keys`; empty for the overview. */
  readonly path: string;
  readonly title: MessageDescriptor;
  readonly icon: LucideIcon;
  /** Where the navigation shows it; without one it is reached from elsewhere. */
  readonly nav?: { readonly group: NavGroup; readonly order: number };
  /** Who sees it. The server refuses the others anyway. */
  readonly allows: (rights: Rights) => boolean;
  /** Views that need more than the page does, by the same paths as `views`. */
  readonly viewAllows?: Readonly<Record<string, (rights: Rights) => boolean>>;
  /** Its views by the paths below its own: `""` the page itself, `$id` a detail, `new` a form. Each is loaded when it is opened. */
  readonly views: Readonly<Record<string, () => Promise<{ readonly default: ComponentType }>>>;
  /** Its items are read as whoever the operator views as; without it a page is always the operator's own. */
  readonly readsAs?: true;
  /**
   * States for screenshots and checks of accessibility, as addresses below the page's path. In both, `$NAME` stands for what
   * the sample data has of that name, such as `$collection`, `$item` and `$user`; the page's folder adds its own in
   * `sample-data.ts`, as a `FillSample`.
   */
  readonly samples?: readonly string[];
}

const modules = import.meta.glob<{ page: AdminPage }>("../pages/*/page.ts", { eager: true });

/** Every page, found by its folder. */
export const PAGES: readonly AdminPage[] = Object.values(modules)
  .map(({ page }) => page)
  .sort((a, b) => (a.nav?.order ?? 0) - (b.nav?.order ?? 0));
