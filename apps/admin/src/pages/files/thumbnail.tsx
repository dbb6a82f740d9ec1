import type { FileItem } from "@plinth/client/files";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { FileIcon } from "./file-icon.tsx";
import { MAX_THUMBNAIL_BYTES, previewKind, RASTER_TYPES } from "./preview-kind.ts";
import { useFileBlob, useImageBlob, useObjectUrl } from "./use-file-blob.ts";

/** Pixels of the longer side: enough for a card of a gallery on a screen with twice the density. */
const SMALL = { width: 440, height: 440, fit: "inside", format: "webp" } as const;

interface ThumbnailProps {
  readonly file: FileItem;
  /** Of the sign where there is no picture. */
  readonly iconClass?: string;
}

/** A small picture of a file, or a sign of its kind. It is fetched when it comes into sight. */
export function Thumbnail({ file, iconClass = "size-10 stroke-[1.25]" }: ThumbnailProps): ReactNode {
  const frame = useRef<HTMLSpanElement>(null);
  const isSeen = useSeen(frame);
  const url = useObjectUrl(useSmallBlob(file, isSeen));
  const [failed, setFailed] = useState<string>();
  return (
    <span ref={frame} className="flex size-full items-center justify-center">
      {url !== undefined && failed !== url ? (
        // Its name stands beside it.
        <img src={url} alt="" draggable={false} onError={() => setFailed(url)} className="size-full object-cover" />
      ) : (
        <FileIcon type={file.content_type} className={`${iconClass} text-subtle`} />
      )}
    </span>
  );
}

/** An image that the server makes; the file itself where it is small, and the server makes none of it. */
function useSmallBlob(file: FileItem, isSeen: boolean): Blob | undefined {
  const { rights, viewing } = useWorkspace();
  const shows = isSeen && file.state === "ready" && file.size > 0;
  const asks = rights.administer && viewing === undefined && RASTER_TYPES.includes(file.content_type);
  const { data: made, isError } = useImageBlob(file, { enabled: shows && asks, image: SMALL });
  const isSmall = previewKind(file) === "image" && file.size <= MAX_THUMBNAIL_BYTES;
  const { data: whole } = useFileBlob(file, { enabled: shows && isSmall && (!asks || isError) });
  return made ?? whole;
}

function useSeen(frame: { readonly current: HTMLElement | null }): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    if (frame.current) observer.observe(frame.current);
    return () => observer.disconnect();
  }, [frame]);
  return isSeen;
}
