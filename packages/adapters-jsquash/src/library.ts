import type { Pixels } from "./pixels.ts";

/**
 * The weight of a pixel of a progressive JPEG or a lossless WebP: their decoders hold them a second time, in another form. Measured: 12 to 14
 * bytes for each, and 8 to 9 of other pictures.
 */
export const TWICE_HELD = 1.5;

/**
 * Bytes that a decoder may have for a picture, of which each pixel has its weight. A file whose header says less than what its library finds
 * comes no further. Measured without the copy of the pixels: at most 6 bytes for each and 8 for one that is held twice, beside the file.
 */
export const decoderBytes = (fileBytes: number, pixels: number): number =>
  LIBRARY_BYTES + 2 * fileBytes + PIXEL_BYTES * pixels;

/** What a library has before it does anything, and what it grows by at once. */
const LIBRARY_BYTES = 24 * 1024 ** 2;
const PIXEL_BYTES = 10;

/** How the pixels are stored, and how the picture is turned: the orientation of EXIF, from 1 to 8. */
export interface Decoded {
  readonly pixels: Pixels;
  readonly orientation: number;
}

/** For one picture. Its header has shown no more than `maxPixels`. */
export type PictureDecoder = (bytes: Uint8Array<ArrayBuffer>, maxPixels: number) => Decoded;
/** For one picture; quality from 1 to 100. */
export type PictureEncoder = (pixels: Pixels, quality: number) => Uint8Array<ArrayBuffer>;
