import type { ImageFormat, ImageSize, ImageType } from "../images/index.ts";
import type { ImageLayout } from "../images/layout.ts";

/**
 * The port to one codec for pictures. Who calls it has read the header: the bytes begin as an image of `source.type`, and have
 * neither more pixels nor more bytes than the settings allow. An animation is its first frame.
 *
 * Every method throws only `ImageError`.
 */
export interface Images {
  /** The adapter's name, for messages: `sharp` … */
  readonly name: string;
  readonly capabilities: ImageCapabilities;
  /** An image file of the format, upright whatever its source says of its orientation. */
  render(bytes: Uint8Array<ArrayBuffer>, rendering: ImageRendering): Promise<Uint8Array<ArrayBuffer>>;
  /** The picture at another size: red, green, blue and opacity of each pixel, row by row. Absent: the host has no time for it. */
  pixels?(bytes: Uint8Array<ArrayBuffer>, size: ImageSize): Promise<Uint8ClampedArray>;
}

export interface ImageCapabilities {
  readonly reads: readonly ImageType[];
  readonly writes: readonly ImageFormat[];
  /** `keepMetadata` is understood. */
  readonly keepsMetadata: boolean;
  /** It works within the request that asks, which such a host may end at any time, without a word. */
  readonly inRequest?: true;
  /** What its host has memory for, where the settings may allow more. */
  readonly limits?: ImageLimits;
}

export interface ImageLimits {
  /** Of a file. */
  readonly bytes: number;
  /** Pixels of a picture that is read. */
  readonly pixels: number;
  /** Pixels of an image that is made. */
  readonly resultPixels: number;
}

export interface ImageRendering {
  readonly source: ImageType;
  readonly layout: ImageLayout;
  readonly format: ImageFormat;
  /** 1 to 100; for `png` it means nothing. */
  readonly quality: number;
  /** Where and when it was taken, by which camera, its profile of colours. Otherwise only the pixels remain, in sRGB. */
  readonly keepMetadata: boolean;
}

/**
 * `invalid`: the bytes are no whole image. `too_large`: it has more pixels or takes longer than allowed. `unsupported`: a kind of its type
 * that this codec cannot read, such as a JPEG in CMYK.
 */
export type ImageErrorKind = "invalid" | "too_large" | "unsupported";

export class ImageError extends Error {
  override readonly name = "ImageError";
  constructor(
    readonly kind: ImageErrorKind,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
