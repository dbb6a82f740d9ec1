import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useLocation } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { useCollections } from "../../data/collections.ts";
import { Kbd } from "../../ui/kbd.tsx";
import { type AdminPage, NAV_GROUPS, type NavGroup, PAGES } from "../page.ts";
import { PageLink } from "../page-link.tsx";
import { CollectionLinks } from "./collection-links.tsx";
import { NAV_LINK_STYLE } from "./styles.ts";

// What shows a menu is not needed for the first paint.
const OperatorMenu = lazy(() => import("./operator-menu.tsx"));
const WorkspaceMenu = lazy(() => import("./workspace-menu.tsx"));

const GROUP_TITLES: Readonly<Record<NavGroup, MessageDescriptor>> = {
  data: msg`Data`,
  access: msg`Access`,
  people: msg`People`,
  automation: msg`Automation`,
  live: msg`Live`,
  api: msg`API`,
  settings: msg`Settings`,
};

/** The pages that the operator may see, by groups, with the collections among them. */
export function Sidebar({ onSearch }: { readonly onSearch: () => void }): ReactNode {
  const { rights } = useWorkspace();
  const allowed = PAGES.filter((page) => page.nav && page.allows(rights));
  const overview = PAGES.find(({ path }) => path === "");
  const nav = useCurrentInView();
  return (
    <div className="flex h-full flex-col">
      <div className="flex flex-col gap-2 p-2">
        <Suspense fallback={<MenuPending />}>
          <WorkspaceMenu />
        </Suspense>
        <button
          type="button"
          onClick={onSearch}
          className="flex h-8 items-center gap-2 rounded-md border bg-surface px-2 text-left text-muted hover:bg-hover pointer-coarse:min-h-11"
        >
          <Search className="size-4" aria-hidden />
          <span className="min-w-0 flex-1 truncate">
            <Trans>Search or jump to</Trans>
          </span>
          <Kbd keys="mod+k" />
        </button>
      </div>
      <nav ref={nav} aria-label="Plinth" className="flex-1 fade-below overflow-y-auto px-2">
        {overview && <NavLink page={overview} />}
        {NAV_GROUPS.map((group) => {
          const pages = allowed.filter(({ nav }) => nav?.group === group);
          // Items are for every member.
          return pages.length > 0 || group === "data" ? <Group key={group} group={group} pages={pages} /> : null;
        })}
      </nav>
      <div className="border-t p-2">
        <Suspense fallback={<MenuPending />}>
          <OperatorMenu />
        </Suspense>
      </div>
    </div>
  );
}

/** The link of the open page is seen, however many collections stand above it and however low the window becomes. */
function useCurrentInView() {
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const { data: collections } = useCollections();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new page, and the collections when they come, move the links
  useEffect(() => {
    const list = nav.current;
    const show = () => list?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" });
    // It reports the size of now first.
    const sizes = new ResizeObserver(show);
    if (list) sizes.observe(list);
    return () => sizes.disconnect();
  }, [pathname, collections]);
  return nav;
}

function MenuPending(): ReactNode {
  return <div className="h-10 pointer-coarse:min-h-11" />;
}

function Group({ group, pages }: { readonly group: NavGroup; readonly pages: readonly AdminPage[] }): ReactNode {
  const { t } = useLingui();
  const id = `nav-${group}`;
  return (
    <section aria-labelledby={id} className="mt-4">
      <h2 id={id} className="px-2 pb-1 font-medium text-subtle text-xs">
        {t(GROUP_TITLES[group])}
      </h2>
      {pages.map((page) => (
        <NavLink key={page.path} page={page} />
      ))}
      {group === "data" && <CollectionLinks />}
    </section>
  );
}

function NavLink({ page: { path, title, icon: Icon } }: { readonly page: AdminPage }): ReactNode {
  const { t } = useLingui();
  return (
    <PageLink path={path} exact={path === "" || path === "collections"} className={NAV_LINK_STYLE}>
      <Icon aria-hidden />
      {t(title)}
    </PageLink>
  );
}
