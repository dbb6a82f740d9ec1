import { Trans, useLingui } from "@lingui/react/macro";
import { Command } from "cmdk";
import { Search } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { CollectionIcon } from "../../data/collection-icon.tsx";
import { listedCollections, useCollections } from "../../data/collections.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { useGo } from "../links.ts";
import { PAGES } from "../page.ts";
import { useItemMatches } from "./item-matches.ts";
import { PAGE_WORDS } from "./page-words.ts";
import { GROUP_STYLE, ITEM_STYLE } from "./styles.ts";
import { ViewAsGroup } from "./view-as-group.tsx";
import { WorkspaceGroup } from "./workspace-group.tsx";

interface CommandPaletteProps {
  readonly onClose: () => void;
}

/** Reaches every page, collection, workspace and item by its name. */
export default function CommandPalette({ onClose }: CommandPaletteProps): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const { data: collections = [] } = useCollections();
  const [text, setText] = useState("");
  const go = useGo();
  const listed = listedCollections(collections);
  const { items, isSearching } = useItemMatches(text, listed);
  const visit = (path: string) => () => {
    onClose();
    go(path);
  };
  return (
    <Dialog open onOpenChange={onClose} title={t`Search`} size="md" flush closesOutside>
      <Command label={t`Search`} loop>
        <div className="flex items-center gap-2 border-b px-3">
          <Search className="size-4 text-muted" aria-hidden />
          <Command.Input
            autoFocus
            value={text}
            onValueChange={setText}
            placeholder={t`A page, a collection, an item …`}
            className="h-11 flex-1 bg-transparent outline-none"
          />
        </div>
        <Command.List className="max-h-[min(24rem,60dvh)] overflow-y-auto">
          <Command.Empty className="p-6 text-center text-muted">
            {isSearching ? <Trans>Searching the items …</Trans> : <Trans>Nothing has this name.</Trans>}
          </Command.Empty>
          <Command.Group heading={t`Collections`} className={GROUP_STYLE}>
            {listed.map(({ slug, system }) => (
              <Command.Item
                key={slug}
                value={`collection ${slug}`}
                onSelect={visit(`collections/${slug}/items`)}
                className={ITEM_STYLE}
              >
                <CollectionIcon system={system} />
                {slug}
              </Command.Item>
            ))}
          </Command.Group>
          <Command.Group heading={t`Pages`} className={GROUP_STYLE}>
            {PAGES.filter((page) => (page.nav || page.path === "") && page.allows(rights)).map(
              ({ path, title, icon: Icon }) => (
                <Command.Item
                  key={path}
                  value={`page ${t(title)}`}
                  keywords={PAGE_WORDS[path] ? t(PAGE_WORDS[path]).split(" ") : []}
                  onSelect={visit(path)}
                  className={ITEM_STYLE}
                >
                  <Icon aria-hidden />
                  {t(title)}
                </Command.Item>
              ),
            )}
          </Command.Group>
          <WorkspaceGroup onClose={onClose} />
          {rights.develop && <ViewAsGroup text={text} onClose={onClose} />}
          {items.length > 0 && (
            <Command.Group heading={t`Items`} className={GROUP_STYLE} forceMount>
              {items.map(({ collection, id, title }) => (
                <Command.Item
                  key={`${collection}/${id}`}
                  value={`item ${title} ${id}`}
                  forceMount
                  onSelect={visit(`collections/${collection}/items/${id}`)}
                  className={ITEM_STYLE}
                >
                  <span className="min-w-0 flex-1 truncate">{title}</span>
                  <span className="text-subtle text-xs">{collection}</span>
                </Command.Item>
              ))}
            </Command.Group>
          )}
        </Command.List>
      </Command>
    </Dialog>
  );
}
