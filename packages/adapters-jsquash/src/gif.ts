import { ImageError } from "@plinth/core";
import { lzwPixels } from "./gif-lzw.ts";
import type { Decoded } from "./library.ts";
import { blank, CHANNELS, type Pixels } from "./pixels.ts";

const EXTENSION = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const IMAGE = 0x2c;
const SCREEN_BYTES = 13;
const HAS_PALETTE = 0x80;
const IS_INTERLACED = 0x40;
const HAS_TRANSPARENT = 0x01;
/** Where the rows of each pass begin, and how far apart they are: appendix E. */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

/** The first frame on its transparent screen: https://www.w3.org/Graphics/GIF/spec-gif89a.txt. Its header has shown no more than `maxPixels`. */
export function decodeGif(bytes: Uint8Array, maxPixels: number): Decoded {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return { pixels: firstFrame(bytes, view, maxPixels), orientation: 1 };
  } catch (error) {
    // The view throws where the file ends.
    if (error instanceof RangeError) throw new ImageError("invalid", "the GIF ends early", { cause: error });
    throw error;
  }
}

function firstFrame(bytes: Uint8Array, view: DataView, maxPixels: number): Pixels {
  const screen = blank({ width: view.getUint16(6, true), height: view.getUint16(8, true) });
  const shared = view.getUint8(10);
  let transparent: number | undefined;
  for (let at = SCREEN_BYTES + paletteBytes(shared); ; ) {
    const kind = view.getUint8(at);
    if (kind === IMAGE) {
      drawFrame(screen, { bytes, view, at: at + 1, shared, transparent, maxPixels });
      return screen;
    }
    if (kind !== EXTENSION) throw new ImageError("invalid", "the GIF has no frame");
    if (view.getUint8(at + 1) === GRAPHIC_CONTROL) {
      transparent = view.getUint8(at + 3) & HAS_TRANSPARENT ? view.getUint8(at + 6) : undefined;
    }
    at = behindBlocks(view, at + 2);
  }
}

const paletteBytes = (flags: number): number => (flags & HAS_PALETTE ? 3 * (2 << (flags & 7)) : 0);

function behindBlocks(view: DataView, from: number): number {
  let at = from;
  for (let length = view.getUint8(at); length > 0; length = view.getUint8(at)) at += 1 + length;
  return at + 1;
}

interface Frame {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Behind the byte that begins it. */
  readonly at: number;
  /** The flags of the screen. */
  readonly shared: number;
  /** The colour that is none. */
  readonly transparent: number | undefined;
  readonly maxPixels: number;
}

function drawFrame(screen: Pixels, { bytes, view, at, shared, transparent, maxPixels }: Frame): void {
  const [left, top, width, height] = [0, 2, 4, 6].map((i) => view.getUint16(at + i, true)) as [
    number,
    number,
    number,
    number,
  ];
  if (width * height > maxPixels) throw new ImageError("too_large", "the first frame has too many pixels");
  const flags = view.getUint8(at + 8);
  const own = paletteBytes(flags);
  const palette =
    own > 0 ? bytes.subarray(at + 9, at + 9 + own) : bytes.subarray(SCREEN_BYTES, SCREEN_BYTES + paletteBytes(shared));
  const colors = lzwPixels(view, at + 9 + own, width * height);
  const rows = flags & IS_INTERLACED ? interlaced(height) : Array.from({ length: height }, (_, y) => y);
  for (const [i, y] of rows.entries()) {
    if (top + y >= screen.height) continue;
    for (let x = 0; x < width && left + x < screen.width; x++) {
      const color = colors[i * width + x]!;
      if (color === transparent) continue;
      const to = ((top + y) * screen.width + left + x) * CHANNELS;
      screen.data.set(palette.subarray(color * 3, color * 3 + 3), to);
      screen.data[to + 3] = 255;
    }
  }
}

/** The rows in the order in which they are stored. */
function interlaced(height: number): number[] {
  const rows: number[] = [];
  for (const [first, step] of PASSES) for (let y = first; y < height; y += step) rows.push(y);
  return rows;
}
