import { useLingui } from "@lingui/react/macro";
import { MoreHorizontal } from "lucide-react";
import type { ReactNode } from "react";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { EntryLink } from "./entry-link.tsx";
import { FileIcon } from "./file-icon.tsx";
import { type FolderProps, keyOf, MoreEntries, QuarantineBadge } from "./folder-table.tsx";
import type { Entry } from "./storage.ts";
import { Thumbnail } from "./thumbnail.tsx";

/** The folders and files of one folder as pictures. */
export function FolderGallery({ bucket, entries, menuOf, empty }: FolderProps): ReactNode {
  const { t } = useLingui();
  if (entries.error) return <ErrorState error={entries.error} onRetry={entries.refetch} />;
  if (entries.isPending) return <SkeletonLines lines={6} className="p-4" />;
  if (entries.rows.length === 0) return <div className="rounded-lg border bg-surface">{empty}</div>;
  return (
    <section aria-label={t`Folders and files`}>
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-[repeat(auto-fill,minmax(11rem,1fr))]">
        {entries.rows.map((entry) => (
          <li key={keyOf(entry)} className="relative overflow-hidden rounded-lg border bg-surface">
            <div className="flex h-32 items-center justify-center overflow-hidden border-b bg-sunken">
              <EntryPicture entry={entry} />
            </div>
            <div className="flex min-h-10 items-center gap-1 p-2 text-sm">
              <EntryLink bucket={bucket} entry={entry} />
              <span className="ml-auto">
                <DropdownMenu
                  entries={menuOf(entry)}
                  trigger={
                    <IconButton size="sm" label={t`More about ${entry.name}`} icon={<MoreHorizontal aria-hidden />} />
                  }
                />
              </span>
            </div>
          </li>
        ))}
      </ul>
      <MoreEntries entries={entries} />
    </section>
  );
}

function EntryPicture({ entry }: { readonly entry: Entry }): ReactNode {
  if (entry.kind === "folder") return <FileIcon type={undefined} className="size-10 stroke-[1.25] text-subtle" />;
  return entry.state === "quarantined" ? <QuarantineBadge /> : <Thumbnail file={entry} />;
}
