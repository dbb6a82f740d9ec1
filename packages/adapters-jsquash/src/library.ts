import type { Pixels } from "./pixels.ts";

/**
 * The weight of a pixel of a progressive JPEG or a lossless WebP: their decoders hold them a second time, in another form. Measured: 12 to 14
 * bytes for each, and 8 to 9 of other pictures.
 */
export const TWICE_HELD = 1.5;

/** How the pixels are stored, and how the picture is turned: the orientation of EXIF, from 1 to 8. */
export interface Decoded {
  readonly pixels: Pixels;
  readonly orientation: number;
}

/** For one picture. Its header has shown no more than `maxPixels`. */
export type PictureDecoder = (bytes: Uint8Array<ArrayBuffer>, maxPixels: number) => Decoded;
/** For one picture; quality from 1 to 100. */
export type PictureEncoder = (pixels: Pixels, quality: number) => Uint8Array<ArrayBuffer>;
