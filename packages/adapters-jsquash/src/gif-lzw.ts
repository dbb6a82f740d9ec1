import { ImageError } from "@plinth/core";

const MOST_BITS = 12;
const MOST_CODES = 1 << MOST_BITS;

/**
 * The numbers of colours that the blocks at a place hold, compressed: appendix F of https://www.w3.org/Graphics/GIF/spec-gif89a.txt. Throws
 * where they hold fewer than `count`, and reads no more.
 */
export function lzwPixels(view: DataView, at: number, count: number): Uint8Array {
  const least = view.getUint8(at);
  if (least < 1 || least > 8) throw new ImageError("invalid", "the pixels of the GIF are damaged");
  const next = codeReader(view, at + 1);
  const [clear, end] = [1 << least, (1 << least) + 1];
  // A code means the colours of another one and one more.
  const prefix = new Uint16Array(MOST_CODES);
  const suffix = new Uint8Array(MOST_CODES);
  const lengths = new Uint16Array(MOST_CODES).fill(1);
  for (let color = 0; color < clear; color++) suffix[color] = color;
  const pixels = new Uint8Array(count);
  let [bits, known, before] = [least + 1, end + 1, -1];
  for (let done = 0; done < count; ) {
    const code = next(bits);
    if (code === clear) {
      [bits, known, before] = [least + 1, end + 1, -1];
      continue;
    }
    if (code === end || code > known || (code === known && before < 0)) {
      throw new ImageError("invalid", "the pixels of the GIF are damaged");
    }
    if (before >= 0 && known < MOST_CODES) {
      prefix[known] = before;
      lengths[known] = lengths[before]! + 1;
      suffix[known] = firstOf(code === known ? before : code, prefix, clear);
      known++;
      if (known === 1 << bits && bits < MOST_BITS) bits++;
    }
    done += write(pixels, done, code, { prefix, suffix, length: lengths[code]! });
    before = code;
  }
  return pixels;
}

function firstOf(code: number, prefix: Uint16Array, clear: number): number {
  let first = code;
  while (first > clear) first = prefix[first]!;
  return first;
}

/** From the last colour to the first, as each code names the one before. */
function write(
  pixels: Uint8Array,
  from: number,
  code: number,
  { prefix, suffix, length }: { readonly prefix: Uint16Array; readonly suffix: Uint8Array; readonly length: number },
): number {
  let rest = code;
  for (let at = from + length - 1; at >= from; at--) {
    if (at < pixels.length) pixels[at] = suffix[rest]!;
    rest = prefix[rest]!;
  }
  return length;
}

/** Reads codes, the lowest bit first, from blocks that begin with their length. Throws a `RangeError` behind the last byte of the file. */
function codeReader(view: DataView, from: number): (bits: number) => number {
  let [at, left, held, heldBits] = [from, 0, 0, 0];
  return (bits) => {
    while (heldBits < bits) {
      if (left === 0) {
        left = view.getUint8(at++);
        if (left === 0) throw new ImageError("invalid", "the GIF ends early");
      }
      held |= view.getUint8(at++) << heldBits;
      heldBits += 8;
      left--;
    }
    const code = held & ((1 << bits) - 1);
    held >>>= bits;
    heldBits -= bits;
    return code;
  };
}
