import type { ImageSize } from "@plinth/core";
import { blank, CHANNELS, type Pixels } from "./pixels.ts";

/** Lobes of the sinc on each side. */
const LOBES = 3;

/** Which pixels of a side become one of the other size, and the share of each. */
interface Taps {
  readonly from: number;
  readonly shares: Float32Array;
}

/**
 * The picture at another size, by Lanczos's filter in both directions: https://en.wikipedia.org/wiki/Lanczos_resampling. Colours count as
 * much as they are opaque. It holds as many rows of the source as one row of the result is made of.
 */
export function resample(source: Pixels, size: ImageSize): Pixels {
  if (source.width === size.width && source.height === size.height) return source;
  const across = tapsOf(source.width, size.width);
  const down = tapsOf(source.height, size.height);
  const result = blank(size);
  const narrowed = new Map<number, Float32Array>();
  const sums = new Float32Array(size.width * CHANNELS);
  for (const [y, { from, shares }] of down.entries()) {
    for (const row of narrowed.keys()) if (row < from) narrowed.delete(row);
    sums.fill(0);
    for (const [i, share] of shares.entries()) {
      const row = rowOf(narrowed, from + i, (at) => narrow(source, at, across));
      for (let x = 0; x < sums.length; x++) sums[x]! += row[x]! * share;
    }
    writeRow(sums, result.data, y * sums.length);
  }
  return result;
}

function rowOf(known: Map<number, Float32Array>, at: number, make: (at: number) => Float32Array): Float32Array {
  let row = known.get(at);
  if (!row) {
    row = make(at);
    known.set(at, row);
  }
  return row;
}

/** One row of the source at the other width; colours are multiplied by their opacity. */
function narrow({ data, width }: Pixels, y: number, across: readonly Taps[]): Float32Array {
  const row = new Float32Array(across.length * CHANNELS);
  const start = y * width * CHANNELS;
  for (let x = 0; x < across.length; x++) {
    const { from, shares } = across[x]!;
    let [red, green, blue, opacity] = [0, 0, 0, 0];
    for (let i = 0, at = start + from * CHANNELS; i < shares.length; i++, at += CHANNELS) {
      const share = shares[i]! * data[at + 3]!;
      red += share * data[at]!;
      green += share * data[at + 1]!;
      blue += share * data[at + 2]!;
      opacity += share;
    }
    const to = x * CHANNELS;
    row[to] = red;
    row[to + 1] = green;
    row[to + 2] = blue;
    row[to + 3] = opacity;
  }
  return row;
}

function writeRow(sums: Float32Array, data: Uint8ClampedArray, at: number): void {
  for (let x = 0; x < sums.length; x += CHANNELS) {
    const opacity = sums[x + 3]!;
    if (opacity <= 0) continue;
    data[at + x] = sums[x]! / opacity;
    data[at + x + 1] = sums[x + 1]! / opacity;
    data[at + x + 2] = sums[x + 2]! / opacity;
    data[at + x + 3] = opacity;
  }
}

function tapsOf(from: number, to: number): Taps[] {
  const scale = from / to;
  // A smaller picture is made of all pixels; a larger one of its neighbours.
  const stretch = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const center = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(center - LOBES * stretch));
    const last = Math.min(from - 1, Math.ceil(center + LOBES * stretch) - 1);
    const shares = new Float32Array(last - first + 1);
    let sum = 0;
    for (let at = first; at <= last; at++) {
      const share = lanczos((at + 0.5 - center) / stretch);
      shares[at - first] = share;
      sum += share;
    }
    for (let at = 0; at < shares.length; at++) shares[at]! /= sum;
    return { from: first, shares };
  });
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle);
}
