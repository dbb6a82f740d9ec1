import type { ImageSize } from "./size.ts";

const EXIF = 0xe1;
/** They end what is before the pixels: of the image, and of its header. */
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** Orientations from here on lie on their side. */
const FIRST_TURNED = 5;
const LAST = 8;
/** Frames whose coefficients come in several scans: ITU-T T.81, table B.1 */
const PROGRESSIVE: ReadonlySet<number> = new Set([0xc2, 0xc6, 0xca, 0xce]);

/** What a JPEG says before its pixels begin. */
export interface JpegHeader {
  /** Of the pixels as they are stored, before `orientation` is applied. */
  readonly stored: ImageSize;
  /** From 1, upright, to 8; from 5 on the picture lies on its side. */
  readonly orientation: number;
  /** 1 is grey, 3 is colour, 4 is CMYK. */
  readonly components: number;
  /** It comes in passes, so that a decoder holds all of it twice. */
  readonly isProgressive: boolean;
}

export function jpegSize(bytes: Uint8Array, view: DataView): ImageSize | undefined {
  const header = jpegHeaderOf(bytes, view);
  if (!header) return undefined;
  const { stored, orientation } = header;
  return orientation >= FIRST_TURNED ? { width: stored.height, height: stored.width } : stored;
}

/** The frame header, behind any number of segments: ITU-T T.81, B.2 */
export function jpegHeaderOf(
  bytes: Uint8Array,
  view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
): JpegHeader | undefined {
  if (bytes.byteLength < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  let orientation = 1;
  for (let at = 2; at + 10 <= bytes.byteLength; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    // Any number of fill bytes may be before a marker.
    if (marker === 0xff) at += 1;
    else if (isStandalone(marker)) at += 2;
    else if (!hasSegment(marker)) return undefined;
    else {
      const length = view.getUint16(at + 2);
      if (length < 2) return undefined;
      if (isFrame(marker)) {
        const stored = { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
        return { stored, orientation, components: bytes[at + 9]!, isProgressive: PROGRESSIVE.has(marker) };
      }
      if (marker === EXIF && orientation === 1) orientation = orientationIn(view, at + 4, at + 2 + length);
      at += 2 + length;
    }
  }
  return undefined;
}

const isStandalone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/**
 * Decoders take a marker 0 for data and read on right behind it, where another frame could be. Those up to 0xbf are reserved: nobody knows
 * whether they have a length.
 */
const hasSegment = (marker: number): boolean => marker >= 0xc0 && marker !== END_OF_IMAGE && marker !== START_OF_SCAN;

/** All kinds of frames, without the tables that have numbers among theirs. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

const ORIENTATION = 0x0112;

/** The tag of the first directory, from 1 to 8: https://www.cipa.jp/std/documents/e/DC-008-Translation-2023-E.pdf, 4.6.5 */
function orientationIn(view: DataView, from: number, until: number): number {
  const end = Math.min(until, view.byteLength);
  const tiff = from + 6;
  if (tiff + 8 > end || view.getUint32(from) !== 0x45786966) return 1;
  const little = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  if (directory + 2 > end) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12;
    if (entry + 12 > end) return 1;
    if (view.getUint16(entry, little) !== ORIENTATION) continue;
    const orientation = view.getUint16(entry + 8, little);
    return orientation >= 1 && orientation <= LAST ? orientation : 1;
  }
  return 1;
}
