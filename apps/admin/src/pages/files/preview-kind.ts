import type { FileItem } from "@plinth/client/files";

/** How a file is shown: as a picture, as a text, as a document with pages, or not at all. */
export type PreviewKind = "image" | "text" | "pdf" | "none";

/** What browsers decode as pictures. An SVG in a picture runs no scripts. */
const IMAGES: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
  "image/bmp",
  "image/x-icon",
  "image/svg+xml",
]);
const TEXTS = /^(?:text\/|application\/(?:json|xml|yaml|javascript|x-ndjson|toml|sql)$|.*\+(?:json|xml)$)/;

/** Larger ones are not fetched unasked. */
const MAX_IMAGE_BYTES = 20_000_000;
const MAX_PDF_BYTES = 50_000_000;
export const MAX_THUMBNAIL_BYTES = 3_000_000;

export function previewKind({ content_type, size }: Pick<FileItem, "content_type" | "size">): PreviewKind {
  const type = content_type.split(";", 1)[0]!.trim().toLowerCase();
  if (size === 0) return "none";
  if (IMAGES.has(type)) return size <= MAX_IMAGE_BYTES ? "image" : "none";
  if (type === "application/pdf") return size <= MAX_PDF_BYTES ? "pdf" : "none";
  return TEXTS.test(type) ? "text" : "none";
}

/** Of what the server makes smaller images. */
export const RASTER_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"];
