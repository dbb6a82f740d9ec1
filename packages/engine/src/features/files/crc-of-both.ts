/** The cyclic redundancy check of two texts together, by those of both: without their bytes. */

/** Polynomials with their bits reversed, and their bits. https://reveng.sourceforge.io/crc-catalogue/ */
const POLYNOMIALS: Readonly<Record<string, { readonly polynomial: bigint; readonly bits: bigint }>> = {
  crc32: { polynomial: 0xedb88320n, bits: 32n },
  crc32c: { polynomial: 0x82f63b78n, bits: 32n },
  crc64nvme: { polynomial: 0x9a6c9329ac4bc9b5n, bits: 64n },
};

/** Shifts by lengths that occurred: parts of an object mostly have one length. */
const shifts = new Map<string, bigint>();
const MOST_SHIFTS = 100;

/**
 * Big-endian, as the running checks give them. `length`: bytes of the second text. The first check is moved behind so many zeros, which is a
 * product modulo the polynomial; what both have from their beginnings and ends cancels out.
 */
export function crcOfBoth(
  name: string,
  first: Uint8Array,
  second: Uint8Array,
  length: number,
): Uint8Array<ArrayBuffer> {
  const { polynomial, bits } = POLYNOMIALS[name]!;
  const times = (a: bigint, b: bigint): bigint => product(a, b, polynomial, bits);
  const key = `${name} ${length}`;
  const shift = shifts.get(key) ?? power(times, bits, 8n * BigInt(length));
  if (shifts.size >= MOST_SHIFTS) shifts.clear();
  shifts.set(key, shift);
  return toBytes(times(numberOf(first), shift) ^ numberOf(second), Number(bits) / 8);
}

/** Of two polynomials with their bits reversed: the highest bit stands for 1. */
function product(a: bigint, b: bigint, polynomial: bigint, bits: bigint): bigint {
  let sum = 0n;
  let moved = b;
  for (let at = bits - 1n; at >= 0n; at--) {
    if ((a >> at) & 1n) sum ^= moved;
    moved = moved & 1n ? (moved >> 1n) ^ polynomial : moved >> 1n;
  }
  return sum;
}

/** x to the power of `exponent`. */
function power(times: (a: bigint, b: bigint) => bigint, bits: bigint, exponent: bigint): bigint {
  let result = 1n << (bits - 1n);
  let square = 1n << (bits - 2n);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = times(result, square);
    square = times(square, square);
  }
  return result;
}

const numberOf = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

function toBytes(value: bigint, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 255n));
}
