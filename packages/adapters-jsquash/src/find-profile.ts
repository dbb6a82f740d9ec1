import type { ImageType } from "@plinth/core";
import { riffChunks } from "./webp-frame.ts";

/** Those of cameras and screens have 500 bytes to 4 KB; those for print, which are not used here, have more. */
const MOST_BYTES = 64 * 1024;
const MOST_CHUNKS = 100;

/** The profile of colours of a file, as it is in there. Undefined: none, or one that is too large. */
export async function profileIn(type: ImageType, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array | undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === "image/jpeg") return inJpeg(bytes, view);
  if (type === "image/webp") return inWebp(bytes, view);
  return type === "image/png" ? inPng(bytes, view) : undefined;
}

const APP2 = 0xe2;
const NAME = "ICC_PROFILE\0";
/** Behind the name: the number of the part, and how many there are. */
const PART_HEADER = NAME.length + 2;

/** In one part, as small profiles are: ICC.1:2022, B.4 */
function inJpeg(bytes: Uint8Array, view: DataView): Uint8Array | undefined {
  for (let at = 2; at + 4 <= bytes.byteLength && bytes[at] === 0xff && bytes[at + 1]! >= 0xe0; ) {
    const end = at + 2 + view.getUint16(at + 2);
    const isProfile = bytes[at + 1] === APP2 && startsWith(bytes, at + 4, NAME);
    if (isProfile) return bytes[at + 4 + NAME.length + 1] === 1 ? bytes.slice(at + 4 + PART_HEADER, end) : undefined;
    at = end;
  }
  return undefined;
}

function inWebp(bytes: Uint8Array, view: DataView): Uint8Array | undefined {
  let seen = 0;
  for (const { kind, at, end } of riffChunks(view, 12, bytes.byteLength)) {
    if (kind === "ICCP") return end - at <= MOST_BYTES ? bytes.slice(at, end) : undefined;
    // It comes before all pixels.
    if (kind !== "VP8X" || ++seen > 1) return undefined;
  }
  return undefined;
}

/** Before the pixels, compressed: https://www.w3.org/TR/png-3/#11iCCP */
async function inPng(bytes: Uint8Array<ArrayBuffer>, view: DataView): Promise<Uint8Array | undefined> {
  let at = 8;
  for (let seen = 0; at + 12 <= bytes.byteLength && seen < MOST_CHUNKS; seen++) {
    const end = at + 8 + view.getUint32(at);
    if (startsWith(bytes, at + 4, "IDAT")) return undefined;
    if (startsWith(bytes, at + 4, "iCCP")) {
      const name = bytes.indexOf(0, at + 8);
      return name === -1 || name + 2 > end ? undefined : inflated(bytes.subarray(name + 2, end));
    }
    at = end + 4;
  }
  return undefined;
}

/** Stops where there is more than a profile may have. */
async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))) {
      size += part.byteLength;
      if (size > MOST_BYTES) return undefined;
      parts.push(part);
    }
  } catch {
    return undefined;
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
