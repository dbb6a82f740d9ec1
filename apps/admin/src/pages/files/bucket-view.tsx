import { Trans, useLingui } from "@lingui/react/macro";
import type { Bucket } from "@plinth/client/files";
import { useParams } from "@tanstack/react-router";
import { FolderOpen, LayoutGrid, List, Settings } from "lucide-react";
import { type ReactNode, useState } from "react";
import * as z from "zod";
import { useApiGet, useApiList } from "../../api/hooks.ts";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import { toast } from "../../ui/toast.ts";
import { BucketBadge } from "./bucket-badge.tsx";
import { BucketMenu } from "./bucket-menu.tsx";
import { BucketSettings } from "./bucket-settings.tsx";
import { DropArea } from "./drop-area.tsx";
import type { PlacedFile } from "./dropped-files.ts";
import { FetchDialog } from "./fetch-dialog.tsx";
import { FileSheet } from "./file-sheet.tsx";
import { FolderCrumbs } from "./folder-crumbs.tsx";
import { FolderGallery } from "./folder-gallery.tsx";
import { FolderTable } from "./folder-table.tsx";
import { ImagePresets } from "./image-presets.tsx";
import { MoveDialog } from "./move-dialog.tsx";
import { type Entry, pathIn } from "./storage.ts";
import { UploadButton } from "./upload-button.tsx";
import { UploadList } from "./upload-list.tsx";
import { isOpen } from "./upload-queue.ts";
import { useFileActions } from "./use-file-actions.tsx";
import { useUploads } from "./use-uploads.ts";

const address = z.object({
  // A name of digits, such as 2026, is a number in the address.
  folder: z.coerce.string().min(1).max(1024).optional(),
  layout: z.literal("gallery").optional(),
  /** The id of the file that is open. */
  file: z.uuid().optional(),
  settings: z.literal(true).optional(),
  presets: z.literal(true).optional(),
  fetch: z.literal(true).optional(),
});

/** A bucket: its folders and files. */
export default function BucketPage(): ReactNode {
  const { bucket: name = "" } = useParams({ strict: false }) as { bucket?: string };
  const { data: bucket, error, refetch } = useApiGet<Bucket>(`buckets/${encodeURIComponent(name)}`);
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!bucket) return <PagePending />;
  // Another bucket is another page, with uploads of its own.
  return <BucketView key={bucket.name} bucket={bucket} />;
}

function BucketView({ bucket }: { readonly bucket: Bucket }): ReactNode {
  const { t } = useLingui();
  const { name } = bucket;
  const [{ folder = "", layout, file, settings, presets, fetch }, setAddress] = useSearchState(address);
  const [moved, setMoved] = useState<Entry>();
  const entries = useApiList<Entry>(`folders/${name}`, { prefix: folder || undefined });
  const { uploads, queue } = useUploads(name);
  useLeaveGuard(() => queue.list().some(isOpen), { isKeptOnPage: true });
  const open = (entry: Entry) =>
    entry.kind === "folder" ? setAddress({ folder: entry.path, file: undefined }) : setAddress({ file: entry.id });
  const closeFile = () => setAddress({ file: undefined }, { replace: true });
  const actions = useFileActions({ bucket: name, onOpen: open, onMove: setMoved, onRemoved: closeFile });
  const add = (files: readonly PlacedFile[]) =>
    queue.add(files.map((placed) => ({ ...placed, path: pathIn(folder, placed.path) })));
  const upload = <UploadButton onFiles={add} />;
  const shown = {
    bucket: name,
    entries,
    onOpen: open,
    menuOf: actions.menuOf,
    empty: (
      <EmptyState
        icon={<FolderOpen />}
        title={folder === "" ? t`No files in this bucket yet` : t`No files in this folder`}
        samples={folder === "" ? samplesFor(name) : undefined}
      >
        <Trans>Drop files or folders here, or choose them with Upload. Folders come and go with their files.</Trans>
      </EmptyState>
    ),
  };
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        breadcrumbs={<FolderCrumbs bucket={name} folder={folder} />}
        title={folder === "" ? name : folder.slice(folder.lastIndexOf("/") + 1)}
        aside={<BucketBadge bucket={bucket} />}
        actions={
          <>
            <SegmentedControl
              aria-label={t`Layout`}
              iconsOnly
              value={layout ?? "list"}
              onValueChange={(next) => setAddress({ layout: next === "gallery" ? "gallery" : undefined })}
              options={[
                { value: "list", label: t`List`, icon: <List aria-hidden /> },
                { value: "gallery", label: t`Gallery`, icon: <LayoutGrid aria-hidden /> },
              ]}
            />
            <Button icon={<Settings aria-hidden />} onClick={() => setAddress({ settings: true })}>
              <Trans>Settings</Trans>
            </Button>
            {upload}
            <BucketMenu
              bucket={bucket}
              isEmpty={entries.rows.length === 0}
              onFetch={() => setAddress({ fetch: true })}
              onZip={() => void actions.downloadZip(folder)}
              onPresets={() => setAddress({ presets: true })}
            />
          </>
        }
      />
      <DropArea onFiles={add} onError={(error) => toast.error(String(error))}>
        <div className="flex flex-col gap-3">
          <UploadList uploads={uploads} queue={queue} />
          {layout === "gallery" ? <FolderGallery {...shown} /> : <FolderTable {...shown} />}
        </div>
      </DropArea>
      {file !== undefined && <FileSheet id={file} actions={actions} onMove={setMoved} onClose={closeFile} />}
      {moved && <MoveDialog key={moved.path} bucket={name} entry={moved} onClose={() => setMoved(undefined)} />}
      <FetchDialog
        bucket={name}
        folder={folder}
        open={fetch === true}
        onClose={() => setAddress({ fetch: undefined }, { replace: true })}
      />
      <ImagePresets
        bucket={bucket}
        open={presets === true}
        onClose={() => setAddress({ presets: undefined }, { replace: true })}
      />
      <BucketSettings
        bucket={bucket}
        open={settings === true}
        onClose={() => setAddress({ settings: undefined }, { replace: true })}
      />
    </div>
  );
}

/** The same by the API. */
function samplesFor(bucket: string) {
  const api = `${location.origin}/api`;
  return [
    { label: "curl", code: `curl -T cat.png ${api}/files/${bucket}/cat.png -H "x-api-key: $KEY"` },
    {
      label: "JavaScript",
      code: `import { files } from "@plinth/client/files";\n\nawait files(client).bucket("${bucket}").put("cat.png", file);`,
    },
    { label: "CLI", code: `plinth files put cat.png ${bucket}/` },
  ];
}
