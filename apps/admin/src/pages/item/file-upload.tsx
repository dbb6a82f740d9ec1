import { Trans, useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import type { Bucket, BucketFiles, FileItem } from "@plinth/client/files";
import type { Field } from "@plinth/core";
import { Upload } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { useApiList, useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { Select } from "../../ui/select.tsx";
import { CHANGED_BY_FILES, useStorage } from "../files/storage.ts";

interface FileUploadProps {
  readonly field: Field;
  /** The id of the stored file. */
  readonly onStored: (id: string) => void;
}

/** Stores a file and puts it into the field. */
export function FileUpload({ field, onStored }: FileUploadProps): ReactNode {
  const { t } = useLingui();
  const storage = useStorage();
  const { rows: buckets } = useApiList<Bucket>("buckets", {}, { enabled: field.bucket === undefined });
  const [chosen, setChosen] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const bucket = field.bucket ?? chosen ?? buckets[0]?.name;
  const store = useApiMutation({
    run: (_, file: File) => putUnderFreeName(storage.bucket(bucket!), file),
    changes: CHANGED_BY_FILES,
    onDone: ({ id }) => onStored(id),
  });
  if (bucket === undefined) return null;
  return (
    <div className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-2">
        <input
          ref={input}
          type="file"
          tabIndex={-1}
          accept={field.content_types?.join(",")}
          aria-label={t`File for ${field.name}`}
          className="sr-only"
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) store.mutate(file);
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
            onValueChange={setChosen}
            options={buckets.map(({ name }) => ({ value: name, label: name }))}
            aria-label={t`Bucket for ${field.name}`}
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

const TRIES = 50;

/** `cat.png`, or `cat-2.png` where there is one: nobody's file is replaced. */
async function putUnderFreeName(bucket: BucketFiles, file: File): Promise<FileItem> {
  for (let tries = 1; ; tries++) {
    const dot = file.name.lastIndexOf(".");
    const at = dot > 0 ? dot : file.name.length;
    const name = tries === 1 ? file.name : `${file.name.slice(0, at)}-${tries}${file.name.slice(at)}`;
    try {
      return await bucket.put(name, file, { ifAbsent: true });
    } catch (error) {
      const isTaken = error instanceof PlinthClientError && error.code === "PRECONDITION_FAILED";
      if (!isTaken || tries === TRIES) throw error;
    }
  }
}
