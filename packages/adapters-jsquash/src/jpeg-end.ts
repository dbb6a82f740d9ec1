const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** Whether its segments and scans are there up to the marker of the end: ITU-T T.81, B.1.1.2. One walk, which reads no pixels. */
export function isWholeJpeg(bytes: Uint8Array): boolean {
  let at = 2;
  while (at + 2 <= bytes.byteLength) {
    if (bytes[at] !== 0xff) return false;
    const marker = bytes[at + 1]!;
    if (marker === END_OF_IMAGE) return true;
    // No marker: the library reads on right behind it, and not where a segment would end.
    if (marker === 0) return false;
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || isRestart(marker)) at += 2;
    else {
      if (at + 4 > bytes.byteLength) return false;
      at += 2 + Math.max(2, (bytes[at + 2]! << 8) | bytes[at + 3]!);
      if (marker === START_OF_SCAN) at = endOfScan(bytes, at);
    }
  }
  return false;
}

/** Where the next marker is. Among the pixels a byte 255 is followed by a zero or by a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    if (next !== 0 && next !== 0xff && !isRestart(next)) return at;
  }
  return bytes.byteLength;
}

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;
