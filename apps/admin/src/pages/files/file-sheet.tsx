import { Trans, useLingui } from "@lingui/react/macro";
import type { FileEntry, FileItem } from "@plinth/client/files";
import { type Field, fieldType, isBuiltInField, type Json } from "@plinth/core";
import { Download, FolderInput, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useCollections } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatBytes } from "../../ui/format.ts";
import { JsonView } from "../../ui/json-view.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { FilePreview } from "./file-preview.tsx";
import { FileVersions } from "./file-versions.tsx";
import { useBucketFiles } from "./storage.ts";
import type { FileActions } from "./use-file-actions.tsx";
import { useFilesSlug } from "./use-files-slug.ts";

interface FileSheetProps {
  readonly id: string;
  readonly actions: FileActions;
  readonly onMove: (file: FileEntry) => void;
  readonly onClose: () => void;
}

/** One file: what is in it, what is known of it, what can be done with it. */
export function FileSheet({ id, actions, onMove, onClose }: FileSheetProps): ReactNode {
  const { t } = useLingui();
  const slug = useFilesSlug();
  const { data: file, error, refetch } = useApiGet<FileItem>(`items/${slug}/${id}`);
  const entry = file && ({ ...file, kind: "file" } as FileEntry);
  return (
    <Sheet
      open
      onOpenChange={(next) => !next && onClose()}
      title={file?.name ?? t`File`}
      size="lg"
      footer={
        entry && (
          <>
            <Button
              className="mr-auto text-danger-ink"
              icon={<Trash2 aria-hidden />}
              onClick={() => void actions.askRemoval(entry)}
            >
              {/* So that the three fit in one row. */}
              <span className="max-sm:sr-only">
                <Trans>Delete</Trans>
              </span>
            </Button>
            <Button icon={<FolderInput aria-hidden />} onClick={() => onMove(entry)}>
              <Trans>Rename or move</Trans>
            </Button>
            <Button variant="primary" icon={<Download aria-hidden />} onClick={() => void actions.download(entry)}>
              <Trans>Download</Trans>
            </Button>
          </>
        )
      }
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : file ? (
        <FileFacts file={file} slug={slug} actions={actions} />
      ) : (
        <SkeletonLines lines={8} />
      )}
    </Sheet>
  );
}

interface FileFactsProps {
  readonly file: FileItem;
  readonly slug: string;
  readonly actions: FileActions;
}

function FileFacts({ file, slug, actions }: FileFactsProps): ReactNode {
  const { t, i18n } = useLingui();
  const bucket = useBucketFiles(file.bucket);
  const own = useOwnFields();
  const copied = (label: string, text: string) => ({
    value: <code>{text}</code>,
    copy: <CopyButton text={text} label={label} />,
  });
  return (
    <div className="flex flex-col gap-4">
      {file.state === "quarantined" && <QuarantineNotice file={file} actions={actions} />}
      <FilePreview key={file.content} file={file} />
      <KeyValueList
        items={[
          { key: "path", label: t`Path`, ...copied(t`Copy the path`, `${file.bucket}/${file.path}`) },
          { key: "address", label: t`Address`, ...copied(t`Copy the address`, bucket.url(file.path)) },
          { key: "size", label: t`Size`, value: formatBytes(file.size, i18n.locale) },
          { key: "type", label: t`Type`, value: file.content_type },
          { key: "sha256", label: "SHA-256", ...copied(t`Copy the SHA-256`, file.sha256) },
          { key: "created", label: t`Created`, value: <Time absolute value={file.created_at} /> },
          { key: "updated", label: t`Changed`, value: <Time absolute value={file.updated_at} /> },
          ...own.map(({ name }) => ({ key: `own ${name}`, label: name, value: <OwnValue value={file[name]} /> })),
        ]}
      />
      <section>
        <h3 className="pb-1 font-semibold">
          <Trans>Metadata</Trans>
        </h3>
        {file.metadata === null ? (
          <p className="text-muted text-sm">
            <Trans>None. Your app gives it with the upload, or later as a field of the item.</Trans>
          </p>
        ) : (
          <JsonView value={file.metadata} label={t`Metadata`} />
        )}
      </section>
      <FileVersions file={file} actions={actions} />
      <PageLink path={`collections/${slug}/items/${file.id}`} className="w-fit text-accent-ink text-sm underline">
        <Trans>The file as an item, with its fields and its history</Trans>
      </PageLink>
    </div>
  );
}

function QuarantineNotice({ file, actions }: Pick<FileFactsProps, "file" | "actions">): ReactNode {
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-lg border border-danger/40 bg-danger-soft p-3 text-sm">
      <p className="min-w-0 flex-1 basis-60">
        <Trans>This file is in quarantine: only administrators can read it.</Trans>
      </p>
      <Button size="sm" onClick={() => actions.setState(file, "ready")}>
        <Trans>Take out of quarantine</Trans>
      </Button>
    </div>
  );
}

/** The fields that the workspace has added to its files. Lists lead to other items, which the item's own page shows. */
function useOwnFields(): readonly Field[] {
  const { data: collections = [] } = useCollections();
  const { fields = [] } = collections.find(({ system }) => system === "files") ?? {};
  return fields.filter(
    (field) => field.name !== "metadata" && !isBuiltInField("files", field.name) && fieldType(field).kind !== "list",
  );
}

function OwnValue({ value }: { readonly value: Json | undefined }): ReactNode {
  if (value === null || value === undefined) return <span className="text-subtle">–</span>;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
