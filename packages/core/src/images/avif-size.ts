import { hasAscii, type ImageSize } from "./size.ts";

/** Boxes on the way to the properties of the pictures: ISO/IEC 14496-12, 8.11 and ISO/IEC 23008-12, 6.5. */
const CONTAINERS: ReadonlySet<string> = new Set(["meta", "iprp", "ipco"]);

/** The properties are in the third box of these. Whoever nests or repeats more of them wants to keep the server busy. */
const DEEPEST = 3;
const MOST_BOXES = 4096;

/**
 * The largest of the pictures in the file, which is the one that is shown: the others are its tiles, its transparency or
 * its preview.
 */
export function avifSize(bytes: Uint8Array, view: DataView): ImageSize | undefined {
  if (!hasAscii(bytes, 4, "ftypavif") && !hasAscii(bytes, 4, "ftypavis")) return undefined;
  let largest: ImageSize | undefined;
  let isTurned = false;
  for (const { kind, at, end } of properties(view, { at: 0, end: bytes.byteLength })) {
    if (kind === "irot" && at < end) isTurned = (view.getUint8(at) & 1) === 1;
    if (kind !== "ispe" || at + 12 > end) continue;
    const size = { width: view.getUint32(at + 4), height: view.getUint32(at + 8) };
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest && isTurned ? { width: largest.height, height: largest.width } : largest;
}

interface Box {
  readonly kind: string;
  /** Of its content. */
  readonly at: number;
  readonly end: number;
}

function* properties(
  view: DataView,
  { at: from, end: until }: Omit<Box, "kind">,
  depth = 0,
  budget = { left: MOST_BOXES },
): Generator<Box> {
  for (let at = from; at + 8 <= until && budget.left > 0; budget.left--) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)));
    // Zero is "to the end of the file", and one a length of 64 bits: neither is before the properties of a picture.
    if (length < 8) return;
    const end = Math.min(at + length, until);
    const content = at + (kind === "meta" ? 12 : 8);
    if (depth < DEEPEST && CONTAINERS.has(kind)) yield* properties(view, { at: content, end }, depth + 1, budget);
    else yield { kind, at: content, end };
    at += length;
  }
}
