import { useLingui } from "@lingui/react/macro";
import type { FileDownload, FileItem } from "@plinth/client/files";
import { Download, FileArchive, FolderInput, Info, ShieldAlert, ShieldCheck, Trash2 } from "lucide-react";
import { useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { confirm } from "../../ui/confirm.ts";
import { errorWords } from "../../ui/error-words.ts";
import type { MenuEntry } from "../../ui/menu-entries.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { toast } from "../../ui/toast.ts";
import { useUndo } from "../../undo/use-undo.ts";
import { browse, CHANGED_BY_FILES, downloadAddress, type Entry, useBucketFiles, zipAddress } from "./storage.ts";
import { useFilesSlug } from "./use-files-slug.ts";

export interface FileActions {
  /** What can be done with an entry, as a menu. */
  readonly menuOf: (entry: Entry) => readonly MenuEntry[];
  readonly download: (file: Pick<FileItem, "path" | "name">, version?: string) => Promise<void>;
  /** A folder as a zip archive; an empty path: the whole bucket. */
  readonly downloadZip: (folder: string) => Promise<void>;
  readonly askRemoval: (entry: Entry) => Promise<void>;
  readonly setState: (file: FileItem, state: FileItem["state"]) => void;
}

interface FileActionsOptions {
  readonly bucket: string;
  readonly onOpen: (entry: Entry) => void;
  readonly onMove: (entry: Entry) => void;
  readonly onRemoved: (entry: Entry) => void;
}

/** Download, also of folders; delete and undo; quarantine. */
export function useFileActions({ bucket: name, onOpen, onMove, onRemoved }: FileActionsOptions): FileActions {
  const { t } = useLingui();
  const { client, slug: workspace } = useWorkspace();
  const { offer } = useUndo();
  const bucket = useBucketFiles(name);
  const slug = useFilesSlug();
  const report = (error: unknown) => void toast.error(errorWords(error));
  const remove = useApiMutation({
    run: async (_, entry: Entry) => {
      const onRequestId = (request: string) => offer(t`${entry.name} is deleted`, request);
      if (entry.kind === "folder") await bucket.deleteFolder(entry.path, { onRequestId });
      else await bucket.delete(entry.path, { onRequestId });
    },
    changes: CHANGED_BY_FILES,
    onDone: (_, entry) => onRemoved(entry),
  });
  const change = useApiMutation({
    run: (_, { id, state }: Pick<FileItem, "id" | "state">) =>
      client.from(slug).update(id, { state } as never) as Promise<unknown>,
    changes: CHANGED_BY_FILES,
  });
  const askRemoval = async (entry: Entry) => {
    const isFolder = entry.kind === "folder";
    const confirmed = await confirm({
      title: isFolder ? t`Delete the folder ${entry.name}?` : t`Delete ${entry.name}?`,
      description: isFolder
        ? t`All files in it and in the folders below it are deleted too. For a while this can be undone.`
        : t`For a while this can be undone.`,
      confirmLabel: isFolder ? t`Delete folder` : t`Delete file`,
      danger: true,
    });
    if (confirmed) remove.mutate(entry, { onError: report });
  };
  const save = async (address: string | undefined, fileName: string, get: () => Promise<FileDownload>) => {
    if (address !== undefined) return browse(address, fileName);
    await get()
      .then(async (got) => saveFile(fileName, await got.blob()))
      .catch(report);
  };
  const download: FileActions["download"] = ({ path, name }, version) =>
    save(downloadAddress(bucket, path, version), name, () =>
      bucket.get(path, version === undefined ? {} : { version }),
    );
  const downloadZip = (folder: string) =>
    save(zipAddress(workspace, name, folder), `${folder.split("/").at(-1) || name}.zip`, () => bucket.zip(folder));
  const setState: FileActions["setState"] = ({ id }, state) => change.mutate({ id, state }, { onError: report });
  const menuOf: FileActions["menuOf"] = (entry) => {
    const move = { label: t`Rename or move`, icon: <FolderInput aria-hidden />, onSelect: () => onMove(entry) };
    const removal = {
      label: t`Delete`,
      icon: <Trash2 aria-hidden />,
      danger: true,
      onSelect: () => void askRemoval(entry),
    };
    if (entry.kind === "folder") {
      const icon = <FileArchive aria-hidden />;
      const zip = { label: t`Download as zip`, icon, onSelect: () => void downloadZip(entry.path) };
      return [zip, move, "separator", removal];
    }
    const isReady = entry.state === "ready";
    return [
      { label: t`Details`, icon: <Info aria-hidden />, onSelect: () => onOpen(entry) },
      { label: t`Download`, icon: <Download aria-hidden />, onSelect: () => void download(entry) },
      move,
      {
        label: isReady ? t`Put into quarantine` : t`Take out of quarantine`,
        icon: isReady ? <ShieldAlert aria-hidden /> : <ShieldCheck aria-hidden />,
        onSelect: () => setState(entry, isReady ? "quarantined" : "ready"),
      },
      "separator",
      removal,
    ];
  };
  return { menuOf, download, downloadZip, askRemoval, setState };
}
