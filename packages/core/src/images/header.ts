import { avifSize } from "./avif-size.ts";
import { jpegSize } from "./jpeg-size.ts";
import { hasAscii, type ImageSize, type ImageSizeReader } from "./size.ts";

/** The types whose first bytes say how large the picture is. */
export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

/** What the first bytes of an image say, without decoding it. The size is that of the upright picture. */
export interface ImageHeader extends ImageSize {
  readonly type: ImageType;
}

/** Bytes from which most headers can be read, those included whose profile and preview come first. */
export const IMAGE_HEAD_BYTES = 1024 ** 2;

export function isImageType(type: string): type is ImageType {
  return (IMAGE_TYPES as readonly string[]).includes(type);
}

/** Undefined: no image of these types, or the size is not among these bytes. */
export function imageHeaderOf(bytes: Uint8Array): ImageHeader | undefined {
  for (const type of IMAGE_TYPES) {
    const size = READERS[type](bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (size) return size.width > 0 && size.height > 0 ? { type, ...size } : undefined;
  }
  return undefined;
}

const READERS: Readonly<Record<ImageType, ImageSizeReader>> = {
  "image/png": pngSize,
  "image/jpeg": jpegSize,
  "image/webp": webpSize,
  "image/gif": gifSize,
  "image/avif": avifSize,
};

/** The header chunk comes first: https://www.w3.org/TR/png-3/#11IHDR */
function pngSize(bytes: Uint8Array, view: DataView): ImageSize | undefined {
  if (bytes.byteLength < 24 || !hasAscii(bytes, 0, "\x89PNG\r\n\x1a\n") || !hasAscii(bytes, 12, "IHDR"))
    return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** The logical screen: https://www.w3.org/Graphics/GIF/spec-gif89a.txt, 18 */
function gifSize(bytes: Uint8Array, view: DataView): ImageSize | undefined {
  if (bytes.byteLength < 10 || !(hasAscii(bytes, 0, "GIF87a") || hasAscii(bytes, 0, "GIF89a"))) return undefined;
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** https://developers.google.com/speed/webp/docs/riff_container and RFC 6386, 9.1 */
function webpSize(bytes: Uint8Array, view: DataView): ImageSize | undefined {
  if (!hasAscii(bytes, 0, "RIFF") || !hasAscii(bytes, 8, "WEBP") || bytes.byteLength < 30) return undefined;
  if (hasAscii(bytes, 12, "VP8X")) return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
  if (hasAscii(bytes, 12, "VP8L")) {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) };
  }
  if (!hasAscii(bytes, 12, "VP8 ") || !hasAscii(bytes, 23, "\x9d\x01\x2a")) return undefined;
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

const uint24 = (view: DataView, at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
