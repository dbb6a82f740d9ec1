import { Trans, useLingui } from "@lingui/react/macro";
import { useLocation } from "@tanstack/react-router";
import { Menu, Search } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { cn } from "../../ui/cn.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { StepUpHost } from "../step-up-host.tsx";
import { useViewing } from "../view-as/address.ts";
import { SeenAs } from "../view-as/seen-as.tsx";
import { Sidebar } from "./sidebar.tsx";
import { useWorkspaceName } from "./workspace-name.ts";

const NavigationSheet = lazy(() => import("./navigation-sheet.tsx"));
const ViewBar = lazy(() => import("../view-as/view-bar.tsx"));
const CommandPalette = lazy(() => import("../palette/command-palette.tsx"));

/** The frame of every page: the navigation beside it, or behind a button where the window is narrow. */
export function Shell({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useLingui();
  const [isSearching, setSearching] = useState(false);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const viewing = useViewing();
  const name = useWorkspaceName();
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new page closes the menu that led to it
  useEffect(() => setMenuOpen(false), [pathname]);
  useSearchShortcut(() => setSearching(true));
  const search = () => {
    setMenuOpen(false);
    setSearching(true);
  };
  return (
    <>
      <a
        href="#main"
        className="-translate-y-20 fixed top-2 left-2 z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:translate-y-0"
      >
        <Trans>Skip to content</Trans>
      </a>
      <div className="flex min-h-dvh">
        <aside className="sticky top-0 hidden h-dvh w-60 shrink-0 border-r bg-sunken lg:block">
          <Sidebar onSearch={search} />
        </aside>
        <div
          className={cn(
            "flex min-w-0 flex-1 flex-col",
            viewing !== undefined && "[--view-bar:3.5rem] lg:[--view-bar:2.5rem]",
          )}
        >
          <header className="sticky top-0 z-20 flex h-12 items-center gap-1 border-b bg-canvas px-2 lg:hidden">
            <IconButton label={t`Menu`} icon={<Menu aria-hidden />} onClick={() => setMenuOpen(true)} />
            <span className="flex-1 truncate text-center font-medium">{name}</span>
            <IconButton label={t`Search`} icon={<Search aria-hidden />} onClick={search} />
          </header>
          {viewing !== undefined && (
            <Suspense fallback={<div className="h-(--view-bar)" />}>
              <ViewBar principal={viewing} />
            </Suspense>
          )}
          <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
            {children}
          </main>
        </div>
      </div>
      {isMenuOpen && (
        <Suspense>
          <NavigationSheet onClose={() => setMenuOpen(false)} onSearch={search} />
        </Suspense>
      )}
      {isSearching && (
        <Suspense>
          <SeenAs>
            <CommandPalette onClose={() => setSearching(false)} />
          </SeenAs>
        </Suspense>
      )}
      <StepUpHost />
    </>
  );
}

/** Ctrl K, or ⌘ K on a Mac. */
function useSearchShortcut(run: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
}
