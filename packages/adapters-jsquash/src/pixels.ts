import type { ImageSize } from "@plinth/core";

/** Red, green, blue and opacity of each pixel, row by row. */
export interface Pixels extends ImageSize {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

export const CHANNELS = 4;

export function blank({ width, height }: ImageSize): Pixels {
  return { width, height, data: new Uint8ClampedArray(width * height * CHANNELS) };
}
