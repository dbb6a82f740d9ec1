import { Trans, useLingui } from "@lingui/react/macro";
import type { Bucket, FileItem, FileVersion } from "@plinth/client/files";
import { Download, History, MoreHorizontal, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useApiGet, useApiList, useApiMutation } from "../../api/hooks.ts";
import { Badge } from "../../ui/badge.tsx";
import { confirm } from "../../ui/confirm.ts";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { formatBytes } from "../../ui/format.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { LoadMore } from "../../ui/pagination.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.ts";
import { useUndo } from "../../undo/use-undo.ts";
import { CHANGED_BY_FILES, encodedPath, useBucketFiles } from "./storage.ts";
import type { FileActions } from "./use-file-actions.tsx";

interface FileVersionsProps {
  readonly file: FileItem;
  readonly actions: Pick<FileActions, "download">;
}

/** The bytes that a file had before, where its bucket keeps them. */
export function FileVersions(props: FileVersionsProps): ReactNode {
  const { data: bucket } = useApiGet<Bucket>(`buckets/${encodeURIComponent(props.file.bucket)}`);
  return bucket?.versions ? <VersionList {...props} /> : null;
}

function VersionList({ file, actions }: FileVersionsProps): ReactNode {
  const { t } = useLingui();
  const { bucket: name, path } = file;
  const versions = useApiList<FileVersion>(`file-versions/${encodeURIComponent(name)}/${encodedPath(path)}`);
  const bucket = useBucketFiles(name);
  const { offer } = useUndo();
  const restore = useApiMutation({
    run: (_, { version }: FileVersion) =>
      bucket.restore(path, version, { onRequestId: (request) => offer(t`The version is restored`, request) }),
    changes: CHANGED_BY_FILES,
  });
  const remove = useApiMutation({
    run: (_, { version }: FileVersion) => bucket.deleteVersion(path, version),
    changes: CHANGED_BY_FILES,
    onDone: () => toast.success(t`The version is deleted`),
  });
  const onError = (error: unknown) => void toast.error(errorWords(error));
  const askRemoval = async (version: FileVersion) => {
    const confirmed = await confirm({
      title: t`Delete this version?`,
      description: t`The file stays. The bytes of this version are lost for good.`,
      confirmLabel: t`Delete version`,
      danger: true,
    });
    if (confirmed) remove.mutate(version, { onError });
  };
  return (
    <section aria-label={t`Versions`}>
      <h3 className="pb-1 font-semibold">
        <Trans>Versions</Trans>
      </h3>
      {versions.error && <ErrorState inline error={versions.error} onRetry={versions.refetch} />}
      <ul className="rounded-lg border">
        {versions.rows.map((version) => (
          <VersionRow
            key={version.version}
            version={version}
            onDownload={() => void actions.download(file, version.version)}
            onRestore={() => restore.mutate(version, { onError })}
            onRemove={() => void askRemoval(version)}
          />
        ))}
      </ul>
      {versions.hasMore && (
        <LoadMore
          shown={versions.rows.length}
          hasMore={versions.hasMore}
          pending={versions.isLoadingMore}
          onLoadMore={versions.loadMore}
        />
      )}
    </section>
  );
}

interface VersionRowProps {
  readonly version: FileVersion;
  readonly onDownload: () => void;
  readonly onRestore: () => void;
  readonly onRemove: () => void;
}

function VersionRow({ version: { created_at, size, current }, onDownload, onRestore, onRemove }: VersionRowProps) {
  const { t, i18n } = useLingui();
  const bytes = formatBytes(size, i18n.locale);
  const download = { label: t`Download`, icon: <Download aria-hidden />, onSelect: onDownload };
  const others = [
    { label: t`Restore`, icon: <History aria-hidden />, onSelect: onRestore },
    "separator" as const,
    { label: t`Delete version`, icon: <Trash2 aria-hidden />, danger: true, onSelect: onRemove },
  ];
  return (
    <li className="flex flex-wrap items-center justify-end gap-x-2 border-b px-3 py-1.5 text-sm last:border-b-0">
      <span className="min-w-0 flex-1">
        <Time absolute value={created_at} />
      </span>
      {current && (
        <Badge>
          <Trans>Current</Trans>
        </Badge>
      )}
      <span className="text-muted tabular-nums">{bytes}</span>
      <DropdownMenu
        entries={current ? [download] : [download, ...others]}
        trigger={
          <IconButton size="sm" label={t`More about the version of ${bytes}`} icon={<MoreHorizontal aria-hidden />} />
        }
      />
    </li>
  );
}
