import { useLingui } from "@lingui/react/macro";
import type { FileItem } from "@plinth/client/files";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Thumbnail } from "./file-preview.tsx";
import { useFilesSlug } from "./use-files-slug.ts";

/** The picture of a file to which an item refers. It leads to the file. */
export function FileThumbnail({ id }: { readonly id: string }): ReactNode {
  const { t } = useLingui();
  const { data: file } = useApiGet<FileItem>(`items/${useFilesSlug()}/${id}`);
  if (!file) return null;
  return (
    <PageLink
      path={`files/${file.bucket}`}
      search={{ ...(file.folder !== "" && { folder: file.folder }), file: id }}
      aria-label={t`Open the file ${file.name}`}
      className="flex size-16 shrink-0 items-center justify-center overflow-hidden rounded-md border bg-sunken"
    >
      <Thumbnail file={file} />
    </PageLink>
  );
}
