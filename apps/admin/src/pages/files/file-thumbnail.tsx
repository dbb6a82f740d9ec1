import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { cn } from "../../ui/cn.ts";
import { Thumbnail } from "./thumbnail.tsx";
import { useFile } from "./use-file.ts";

interface FileThumbnailProps {
  readonly id: string;
  /** Its size, and what else differs from place to place. */
  readonly className?: string;
  readonly iconClass?: string;
  /** It is reached by other keys than Tab, as in a grid. */
  readonly isSkipped?: boolean;
}

/** The picture of a file to which an item refers. It leads to the file. */
export function FileThumbnail({ id, className, iconClass, isSkipped = false }: FileThumbnailProps): ReactNode {
  const { t } = useLingui();
  const file = useFile(id);
  if (!file) return null;
  return (
    <PageLink
      path={`files/${file.bucket}`}
      search={{ ...(file.folder !== "" && { folder: file.folder }), file: id }}
      aria-label={t`Open the file ${file.name}`}
      tabIndex={isSkipped ? -1 : undefined}
      draggable={false}
      className={cn(
        "flex size-16 shrink-0 items-center justify-center overflow-hidden rounded-md border bg-sunken",
        className,
      )}
    >
      <Thumbnail file={file} iconClass={iconClass} />
    </PageLink>
  );
}
