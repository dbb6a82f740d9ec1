/** The polynomial of CRC-32, with the lowest bit first, as zip has it: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.4.7. */
const POLYNOMIAL = 0xedb88320;
/** Bytes that one step takes. */
const STEP = 8;

let made: Uint32Array[] | undefined;

/** The CRC-32 of the bytes behind those that have the checksum `before`; 0: behind none. */
export function zipChecksum(bytes: Uint8Array, before = 0): number {
  made ??= tables();
  const [t0, t1, t2, t3, t4, t5, t6, t7] = made as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  let crc = ~before;
  let at = 0;
  for (const end = bytes.length - STEP; at <= end; at += STEP) {
    const low = crc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    crc =
      t7[low & 0xff]! ^
      t6[(low >>> 8) & 0xff]! ^
      t5[(low >>> 16) & 0xff]! ^
      t4[low >>> 24]! ^
      t3[bytes[at + 4]!]! ^
      t2[bytes[at + 5]!]! ^
      t1[bytes[at + 6]!]! ^
      t0[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) crc = t0[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** What each byte adds, in each of the places that one step takes. */
function tables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    return value;
  });
  const all = [first];
  for (let place = 1; place < STEP; place++) {
    const before = all[place - 1]!;
    all.push(before.map((value) => first[value & 0xff]! ^ (value >>> 8)));
  }
  return all;
}
