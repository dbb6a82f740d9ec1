import { File, FileText, Folder, Image, Music, Video } from "lucide-react";
import type { ReactNode } from "react";

/** What kind of content a file has, at a glance. */
export function FileIcon({
  type,
  className,
}: {
  readonly type: string | undefined;
  readonly className?: string;
}): ReactNode {
  const Icon = iconOf(type);
  return <Icon aria-hidden className={className} />;
}

/** Undefined: a folder. */
function iconOf(type: string | undefined) {
  if (type === undefined) return Folder;
  if (type.startsWith("image/")) return Image;
  if (type.startsWith("video/")) return Video;
  if (type.startsWith("audio/")) return Music;
  return type.startsWith("text/") || type === "application/pdf" ? FileText : File;
}
