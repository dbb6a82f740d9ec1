import type { ImageSize } from "./size.ts";

const EXIF = 0xe1;
const START_OF_SCAN = 0xda;
/** Orientations from here on lie on their side. */
const FIRST_TURNED = 5;

/** The frame header, behind any number of segments: ITU-T T.81, B.2 */
export function jpegSize(bytes: Uint8Array, view: DataView): ImageSize | undefined {
  if (bytes.byteLength < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  let isTurned = false;
  for (let at = 2; at + 9 <= bytes.byteLength; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    // Any number of fill bytes may be before a marker.
    if (marker === 0xff) at += 1;
    else if (isStandalone(marker)) at += 2;
    else if (marker === START_OF_SCAN) return undefined;
    else {
      const length = view.getUint16(at + 2);
      if (length < 2) return undefined;
      if (isFrame(marker)) return sizeAt(view, at + 5, isTurned);
      if (marker === EXIF) isTurned ||= orientationIn(view, at + 4, at + 2 + length) >= FIRST_TURNED;
      at += 2 + length;
    }
  }
  return undefined;
}

const isStandalone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** All kinds of frames, without the tables that have numbers among theirs. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function sizeAt(view: DataView, at: number, isTurned: boolean): ImageSize {
  const [height, width] = [view.getUint16(at), view.getUint16(at + 2)];
  return isTurned ? { width: height, height: width } : { width, height };
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
    if (view.getUint16(entry, little) === ORIENTATION) return view.getUint16(entry + 8, little);
  }
  return 1;
}
