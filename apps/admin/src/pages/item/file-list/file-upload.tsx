import { Trans, useLingui } from "@lingui/react/macro";
import type { Field } from "@plinth/core";
import { Upload } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { Button } from "../../../ui/button.tsx";
import { errorWords } from "../../../ui/error-words.ts";
import { Select } from "../../../ui/select.tsx";
import type { FileStore } from "./file-store.ts";

interface FileUploadProps {
  readonly field: Field;
  readonly files: FileStore;
  /** Several at once. */
  readonly multiple?: boolean;
}

/** Stores files and puts them into the field. */
export function FileUpload({ field, files, multiple = false }: FileUploadProps): ReactNode {
  const { t } = useLingui();
  const { store, bucket, buckets, setBucket } = files;
  const input = useRef<HTMLInputElement>(null);
  if (bucket === undefined) return null;
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
