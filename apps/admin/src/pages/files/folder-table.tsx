import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import type { PagedList } from "../../api/hooks.ts";
import { Badge } from "../../ui/badge.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { formatBytes } from "../../ui/format.ts";
import type { MenuEntry } from "../../ui/menu-entries.tsx";
import { LoadMore } from "../../ui/pagination.tsx";
import { Time } from "../../ui/time.tsx";
import { EntryLink } from "./entry-link.tsx";
import { FileIcon } from "./file-icon.tsx";
import type { Entry } from "./storage.ts";

export interface FolderProps {
  readonly bucket: string;
  readonly entries: PagedList<Entry>;
  readonly onOpen: (entry: Entry) => void;
  readonly menuOf: (entry: Entry) => readonly MenuEntry[];
  readonly empty: ReactNode;
}

/** The folders and files of one folder, a line each. */
export function FolderTable({ bucket, entries, onOpen, menuOf, empty }: FolderProps): ReactNode {
  const { t, i18n } = useLingui();
  const columns = useMemo<readonly DataColumn<Entry>[]>(
    () => [
      {
        id: "name",
        header: t`Name`,
        primary: true,
        cell: (entry) => (
          <span className="flex min-w-0 items-center gap-2">
            <FileIcon
              type={entry.kind === "folder" ? undefined : entry.content_type}
              className="size-4 shrink-0 text-subtle"
            />
            <EntryLink bucket={bucket} entry={entry} />
            {entry.kind === "file" && entry.state === "quarantined" && <QuarantineBadge />}
          </span>
        ),
      },
      {
        id: "size",
        header: t`Size`,
        align: "end",
        brief: true,
        cell: (entry) => (entry.kind === "folder" ? <Nothing /> : formatBytes(entry.size, i18n.locale)),
      },
      {
        id: "type",
        header: t`Type`,
        brief: true,
        cell: (entry) => (entry.kind === "folder" ? t`Folder` : entry.content_type),
      },
      {
        id: "updated_at",
        header: t`Changed`,
        brief: true,
        cell: (entry) => (entry.kind === "folder" ? <Nothing /> : <Time value={entry.updated_at} />),
      },
    ],
    [t, i18n.locale, bucket],
  );
  return (
    <DataTable
      label={t`Folders and files`}
      rows={entries.isPending ? undefined : entries.rows}
      columns={columns}
      rowId={keyOf}
      error={entries.error}
      onRetry={entries.refetch}
      onOpen={onOpen}
      actions={menuOf}
      empty={empty}
      footer={<MoreEntries entries={entries} />}
    />
  );
}

/** A card does without. */
function Nothing(): ReactNode {
  return <span className="@max-xl:hidden">–</span>;
}

/** A folder and a file may have one name. */
export const keyOf = ({ kind, path }: Entry): string => `${kind} ${path}`;

export function MoreEntries({ entries }: Pick<FolderProps, "entries">): ReactNode {
  return (
    <LoadMore
      shown={entries.rows.length}
      hasMore={entries.hasMore}
      pending={entries.isLoadingMore}
      onLoadMore={entries.loadMore}
    />
  );
}

export function QuarantineBadge(): ReactNode {
  return (
    <Badge tone="danger">
      <Trans>Quarantine</Trans>
    </Badge>
  );
}
