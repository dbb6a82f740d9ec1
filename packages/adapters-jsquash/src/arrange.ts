import type { ImageBox } from "@plinth/core";
import { blank, CHANNELS, type Pixels } from "./pixels.ts";

/** Orientations whose first row is a column of the upright picture. */
export const isTurned = (orientation: number): boolean => orientation >= 5;

/** The upright picture: https://www.cipa.jp/std/documents/e/DC-008-Translation-2023-E.pdf, 4.6.5 */
export function upright(source: Pixels, orientation: number): Pixels {
  if (orientation === 1) return source;
  const { width, height } = source;
  const turned = isTurned(orientation);
  const result = blank(turned ? { width: height, height: width } : source);
  const [from, to] = [words(source), words(result)];
  const [right, bottom] = [result.width - 1, result.height - 1];
  // Where the first row and the first column of the stored picture are.
  const fromRight = orientation === 2 || orientation === 3 || orientation === 6 || orientation === 7;
  const fromBottom = orientation === 3 || orientation === 4 || orientation === 7 || orientation === 8;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [across, down] = turned ? [y, x] : [x, y];
      const at = (fromBottom ? bottom - down : down) * result.width + (fromRight ? right - across : across);
      to[at] = from[y * width + x]!;
    }
  }
  return result;
}

/** A pixel is one number. */
const words = ({ data, width, height }: Pixels): Uint32Array =>
  new Uint32Array(data.buffer, data.byteOffset, width * height);

/** A rectangle of a picture. */
export function cut(source: Pixels, box: ImageBox): Pixels {
  const result = blank(box);
  for (let y = 0; y < box.height; y++) {
    const at = ((y + box.top) * source.width + box.left) * CHANNELS;
    result.data.set(source.data.subarray(at, at + box.width * CHANNELS), y * box.width * CHANNELS);
  }
  return result;
}

/** The picture on a larger, transparent canvas. */
export function laidOn(canvas: ImageBox, { data, width, height }: Pixels): Pixels {
  const result = blank(canvas);
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * CHANNELS, (y + 1) * width * CHANNELS);
    result.data.set(row, ((y + canvas.top) * canvas.width + canvas.left) * CHANNELS);
  }
  return result;
}

/** On white, for a format without transparency. */
export function flattened({ data, width, height }: Pixels): Pixels {
  const result = blank({ width, height });
  for (let at = 0; at < data.length; at += CHANNELS) {
    const opacity = data[at + 3]! / 255;
    for (let channel = at; channel < at + 3; channel++) {
      result.data[channel] = data[channel]! * opacity + 255 * (1 - opacity);
    }
    result.data[at + 3] = 255;
  }
  return result;
}
