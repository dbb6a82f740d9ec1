import type { ImageFormat, Images, ImageType } from "@plinth/core";
import type { ImageEdit } from "../image-presets.ts";

/** The smaller file first. A reader gets them only where it names them: programs that accept anything may know neither. */
const MODERN: readonly ImageFormat[] = ["avif", "webp"];

/** In which format an image is sent. `auto`: as the header `Accept` says (RFC 9110, 12.5.1). */
export function imageFormatOf(
  { format = "auto" }: ImageEdit,
  source: ImageType,
  accept: string | undefined,
  { writes }: Images["capabilities"],
): ImageFormat {
  if (format !== "auto") return format;
  const named = accepted(accept ?? "");
  const modern = MODERN.find((one) => writes.includes(one) && named.has(`image/${one}`));
  return modern ?? (source === "image/jpeg" ? "jpeg" : "png");
}

const MAX_ACCEPT = 1000;

/** The media types that a header names, without those of quality 0. */
function accepted(header: string): ReadonlySet<string> {
  const types = header
    .slice(0, MAX_ACCEPT)
    .split(",")
    .map((part) =>
      part
        .toLowerCase()
        .split(";")
        .map((text) => text.trim()),
    );
  return new Set(types.flatMap(([type, ...parameters]) => (parameters.some(isZero) ? [] : [type!])));
}

const isZero = (parameter: string): boolean => /^q=0(?:\.0{0,3})?$/.test(parameter);
