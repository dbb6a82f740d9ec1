import { useLingui } from "@lingui/react/macro";
import type { Field } from "@plinth/core";
import type { ReactNode } from "react";
import { ItemPicker } from "../../../data/item-picker.tsx";
import { useFilesSlug } from "../../files/use-files-slug.ts";
import { fileFilter } from "./file-filter.ts";
import type { FileStore } from "./file-store.ts";
import { FileUpload } from "./file-upload.tsx";

interface FileAdderProps {
  readonly field: Field;
  readonly files: FileStore;
  readonly disabled?: boolean;
  /** One that is stored already was chosen. */
  readonly onAdd: (id: string) => void;
}

/** Adds files to a list: those that are stored already, or new ones. */
export function FileAdder({ field, files, disabled = false, onAdd }: FileAdderProps): ReactNode {
  const { t } = useLingui();
  const slug = useFilesSlug();
  return (
    <div className="mt-2 flex flex-col gap-2 sm:flex-row sm:items-start">
      <ItemPicker
        aria-label={t`Add a file to ${field.name}`}
        placeholder={t`Add …`}
        collection={slug}
        filter={fileFilter(field)}
        value={null}
        onValueChange={(id) => id !== null && onAdd(id)}
        disabled={disabled}
        className="sm:max-w-md sm:flex-1"
      />
      <FileUpload field={field} files={files} multiple />
    </div>
  );
}
