import type { ImageBox, ImageSize } from "@plinth/core";

export interface WebpFrame {
  /** A WebP of one picture. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isLossless: boolean;
  /** Of an animation: the size of the frame, and where on the canvas it lies. */
  readonly place?: ImageBox & { readonly canvas: ImageSize };
}

interface Chunk {
  readonly kind: string;
  /** Of its content. */
  readonly at: number;
  readonly end: number;
}

const RIFF_HEADER = 12;
const CHUNK_HEADER = 8;
const FRAME_HEADER = 16;
/** Before the pixels; a file of more is made to cost time. */
const MOST_CHUNKS = 100;
const HAS_ALPHA = 0x10;
const IS_ANIMATION = 0x02;

/**
 * The picture of a file, or the first one of an animation, which the decoder would refuse. Undefined: the file ends before its own end.
 * https://developers.google.com/speed/webp/docs/riff_container
 */
export function webpFrame(bytes: Uint8Array<ArrayBuffer>): WebpFrame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 30 || CHUNK_HEADER + view.getUint32(4, true) > bytes.byteLength) return undefined;
  const [first] = riffChunks(view, RIFF_HEADER, bytes.byteLength);
  if (first?.kind !== "VP8X" || (bytes[first.at]! & IS_ANIMATION) === 0) {
    return { bytes, isLossless: hasLossless(view, RIFF_HEADER, bytes.byteLength) };
  }
  const canvas = { width: 1 + uint24(view, first.at + 4), height: 1 + uint24(view, first.at + 7) };
  let seen = 0;
  for (const { kind, at, end } of riffChunks(view, first.end, bytes.byteLength)) {
    if (++seen > MOST_CHUNKS) return undefined;
    if (kind !== "ANMF") continue;
    if (end > bytes.byteLength || end - at < FRAME_HEADER) return undefined;
    const size = { width: 1 + uint24(view, at + 6), height: 1 + uint24(view, at + 9) };
    const [left, top] = [2 * uint24(view, at), 2 * uint24(view, at + 3)];
    return {
      bytes: stillOf(bytes.subarray(at + FRAME_HEADER, end), size),
      isLossless: hasLossless(view, at + FRAME_HEADER, end),
      place: { ...size, left, top, canvas },
    };
  }
  return undefined;
}

export function* riffChunks(view: DataView, from: number, until: number): Generator<Chunk> {
  for (let at = from; at + CHUNK_HEADER <= until; ) {
    const kind = String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
    const end = at + CHUNK_HEADER + view.getUint32(at + 4, true);
    yield { kind, at: at + CHUNK_HEADER, end };
    // Contents of an odd length are followed by one more byte.
    at = end + (end & 1 ? 1 : 0);
  }
}

/** Its pixels are the first chunk, or follow those of the header. */
function hasLossless(view: DataView, from: number, until: number): boolean {
  let seen = 0;
  for (const { kind } of riffChunks(view, from, until)) {
    if (kind === "VP8L") return true;
    if (kind === "VP8 " || ++seen > MOST_CHUNKS) return false;
  }
  return false;
}

/** The chunks of a frame, with the header that opacity needs. */
function stillOf(chunks: Uint8Array, { width, height }: ImageSize): Uint8Array<ArrayBuffer> {
  const header = RIFF_HEADER + CHUNK_HEADER + 10;
  const still = new Uint8Array(header + chunks.byteLength);
  const view = new DataView(still.buffer);
  const text = (at: number, letters: string) => still.set(new TextEncoder().encode(letters), at);
  text(0, "RIFF");
  view.setUint32(4, still.byteLength - CHUNK_HEADER, true);
  text(8, "WEBPVP8X");
  view.setUint32(16, 10, true);
  still[20] = HAS_ALPHA;
  setUint24(view, 24, width - 1);
  setUint24(view, 27, height - 1);
  still.set(chunks, header);
  return still;
}

const uint24 = (view: DataView, at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);

function setUint24(view: DataView, at: number, value: number): void {
  view.setUint16(at, value & 0xffff, true);
  view.setUint8(at + 2, value >> 16);
}
