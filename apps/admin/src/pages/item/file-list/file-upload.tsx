import { Trans, useLingui } from "@lingui/react/macro";
import type { Field } from "@plinth/core";
import { Upload } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { useWorkspace } from "../../../api/workspace.ts";
import { Button } from "../../../ui/button.tsx";
import { errorWords } from "../../../ui/error-words.ts";
import { Select } from "../../../ui/select.tsx";
import { FIRST_BUCKET, type FileStore } from "./file-store.ts";

interface FileUploadProps {
  readonly field: Field;
  readonly files: FileStore;
  /** Several at once. */
  readonly multiple?: boolean;
}

/** Files need a bucket: makes one that only the rules open. */
function FirstBucket({ files: { makeBucket } }: Pick<FileUploadProps, "files">): ReactNode {
  const { rights } = useWorkspace();
  if (!makeBucket || !rights.administer) return null;
  return (
    <div className="flex flex-wrap items-center gap-2 text-muted text-sm">
      <Trans>Files are kept in buckets, and there is none yet.</Trans>
      <Button size="sm" pending={makeBucket.isPending} onClick={() => makeBucket.mutate()}>
        <Trans>Create the bucket “{FIRST_BUCKET}”</Trans>
      </Button>
      {makeBucket.error && (
        <p role="alert" className="text-danger-ink">
          {errorWords(makeBucket.error)}
        </p>
      )}
    </div>
  );
}

/** Stores files and puts them into the field. */
export function FileUpload({ field, files, multiple = false }: FileUploadProps): ReactNode {
  const { t } = useLingui();
  const { store, bucket, buckets, setBucket } = files;
  const input = useRef<HTMLInputElement>(null);
  if (bucket === undefined) return <FirstBucket files={files} />;
  return (
    <div className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-2">
        <input
          ref={input}
          type="file"
          multiple={multiple}
          tabIndex={-1}
          accept={field.content_types?.join(",")}
          aria-label={t`File for ${field.name}`}
          className="sr-only"
          onChange={({ target }) => {
            const chosen = [...(target.files ?? [])];
            if (chosen.length > 0) store.mutate(chosen);
            // The same file can be chosen again.
            target.value = "";
          }}
        />
        <Button icon={<Upload aria-hidden />} pending={store.isPending} onClick={() => input.current?.click()}>
          <Trans>Upload</Trans>
        </Button>
        {field.bucket === undefined && buckets.length > 1 && (
          <Select
            value={bucket}
            onValueChange={setBucket}
            options={buckets.map(({ name }) => ({ value: name, label: name }))}
            aria-label={t`Bucket for ${field.name}`}
            className="w-40"
          />
        )}
      </div>
      {store.error && (
        <p role="alert" className="text-danger-ink text-sm">
          {errorWords(store.error)}
        </p>
      )}
    </div>
  );
}
