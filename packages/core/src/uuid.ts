/**
 * UUIDs of version 7 (RFC 9562 §5.7): 48 bits of milliseconds, then a 12-bit counter that keeps ids of one
 * millisecond in order within a process (§6.2, method 1), then 62 random bits.
 */
let lastMilliseconds = 0;
let counter = 0;
const random = new Uint8Array(4096);
let used = random.length;
const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

export function uuidv7(now: number): string {
  if (now > lastMilliseconds) {
    lastMilliseconds = now;
    counter = random[drawRandom(2)]! & 0x7f;
  } else if (++counter > 0xfff) {
    // The counter ran out, or the clock stepped back: use future values rather than repeat or disorder ids.
    lastMilliseconds++;
    counter = 0;
  }
  const time = lastMilliseconds;
  const high = Math.floor(time / 0x1_0000_0000);
  const low = time >>> 0;
  const r = drawRandom(8);
  return `${HEX[(high >>> 8) & 0xff]}${HEX[high & 0xff]}${HEX[low >>> 24]}${HEX[(low >>> 16) & 0xff]}-${HEX[(low >>> 8) & 0xff]}${HEX[low & 0xff]}-${HEX[0x70 | (counter >>> 8)]}${HEX[counter & 0xff]}-${HEX[0x80 | (random[r]! & 0x3f)]}${hex(r + 1)}-${hex(r + 2)}${hex(r + 3)}${hex(r + 4)}${hex(r + 5)}${hex(r + 6)}${hex(r + 7)}`;
}

/** The least UUID of version 7 of a time: ids from it on were made then or later. */
export function firstUuidv7(ms: number): string {
  const time = Math.max(0, Math.floor(ms)).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

function hex(position: number): string {
  return HEX[random[position]!]!;
}

/** Returns the offset of that many new bytes. Randomness is drawn in blocks: one system call serves 512 ids. */
function drawRandom(bytes: number): number {
  if (used + bytes > random.length) {
    crypto.getRandomValues(random);
    used = 0;
  }
  used += bytes;
  return used - bytes;
}
