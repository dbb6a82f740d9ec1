import { Trans, useLingui } from "@lingui/react/macro";
import type { Bucket, FileItem, ImageParameters } from "@plinth/client/files";
import { Images, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useApiList, useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { toast } from "../../ui/toast.ts";
import { ImagePresetForm } from "./image-preset-form.tsx";
import { RASTER_TYPES } from "./preview-kind.ts";
import { useStorage } from "./storage.ts";
import { useImageBlob, useObjectUrl } from "./use-file-blob.ts";
import { useFilesSlug } from "./use-files-slug.ts";

interface ImagePresetsProps {
  readonly bucket: Bucket;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** What readers of a bucket may have made of its pictures. */
export function ImagePresets({ bucket, open, onClose }: ImagePresetsProps): ReactNode {
  const { t } = useLingui();
  return (
    <Sheet
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t`Image presets of ${bucket.name}`}
      description={t`Whoever may read a picture may also read it in these forms, such as a thumbnail.`}
      footer={
        <Button onClick={onClose}>
          <Trans>Close</Trans>
        </Button>
      }
    >
      {open && <PresetList bucket={bucket} />}
    </Sheet>
  );
}

function PresetList({ bucket }: Pick<ImagePresetsProps, "bucket">): ReactNode {
  const { t } = useLingui();
  const { buckets } = useStorage();
  const presets = bucket.image_presets ?? {};
  const sample = useSamplePicture(bucket.name);
  const save = useApiMutation({
    run: (_, next: Readonly<Record<string, ImageParameters>>) =>
      buckets.update(bucket.name, { image_presets: Object.keys(next).length > 0 ? next : null }),
    changes: ["buckets"],
  });
  const askRemoval = async (name: string) => {
    const confirmed = await confirm({
      title: t`Delete the preset ${name}?`,
      description: t`Pages that show images of this preset show none from now on.`,
      confirmLabel: t`Delete preset`,
      danger: true,
    });
    const { [name]: _, ...others } = presets;
    if (confirmed) save.mutate(others, { onError: (error) => void toast.error(errorWords(error)) });
  };
  const entries = Object.entries(presets);
  return (
    <div className="flex flex-col gap-5">
      {entries.length === 0 ? (
        <EmptyState icon={<Images />} title={t`No presets yet`}>
          <Trans>Without one, only administrators and secret keys have images made of the pictures.</Trans>
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-3">
          {entries.map(([name, parameters]) => (
            <li key={name} className="flex items-center gap-3 rounded-lg border p-2">
              <PresetPicture name={name} sample={sample} />
              <span className="min-w-0 flex-1 text-sm">
                <code className="font-medium">{name}</code>
                <span className="block text-muted">{wordsOf(parameters)}</span>
              </span>
              <IconButton
                label={t`Delete the preset ${name}`}
                icon={<Trash2 aria-hidden />}
                onClick={() => void askRemoval(name)}
              />
            </li>
          ))}
        </ul>
      )}
      <ImagePresetForm
        names={entries.map(([name]) => name)}
        onAdd={(name, parameters) => save.mutateAsync({ ...presets, [name]: parameters })}
      />
    </div>
  );
}

/** The newest picture of the bucket. */
function useSamplePicture(bucket: string): FileItem | undefined {
  const filter = JSON.stringify({ bucket, state: "ready", content_type: { _in: RASTER_TYPES } });
  const { rows } = useApiList<FileItem>(`items/${useFilesSlug()}`, { filter, sort: "-created_at", limit: 1 });
  return rows[0];
}

interface PresetPictureProps {
  readonly name: string;
  readonly sample: FileItem | undefined;
}

function PresetPicture({ name, sample }: PresetPictureProps): ReactNode {
  return (
    <span className="flex size-24 shrink-0 items-center justify-center overflow-hidden rounded-md bg-sunken">
      {sample ? <MadePicture name={name} sample={sample} /> : <Images aria-hidden className="size-6 text-subtle" />}
    </span>
  );
}

function MadePicture({ name, sample }: { readonly name: string; readonly sample: FileItem }): ReactNode {
  const { t } = useLingui();
  const { data, error } = useImageBlob(sample, { enabled: true, image: { preset: name } });
  const url = useObjectUrl(data);
  if (error) return <ErrorState inline error={error} />;
  if (url === undefined) return <Skeleton className="size-full" />;
  return <img src={url} alt={t`${sample.name} as ${name}`} className="max-h-full max-w-full" />;
}

/** `320 × 240 · cover · webp`. */
function wordsOf({ width, height, fit, position, format, quality }: ImageParameters): string {
  const sides = width === undefined && height === undefined ? undefined : `${width ?? "…"} × ${height ?? "…"}`;
  const parts = [sides, fit, position, format, quality === undefined ? undefined : `${quality} %`];
  return parts.filter((part) => part !== undefined).join(" · ");
}
