/** Cyclic redundancy checks as clients of S3 and tus send them: with reflected bits, from all ones, and inverted at the end. */

/** Of bytes that arrive in pieces. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** Once: big-endian. */
  digest(): Uint8Array;
}

/** The polynomials with their bits reversed. https://reveng.sourceforge.io/crc-catalogue/ */
const CRC32 = 0xedb88320;
const CRC32C = 0x82f63b78;
const CRC64_NVME = { high: 0x9a6c9329, low: 0xac4bc9b5 };

const tables = new Map<number, readonly Uint32Array[]>();

export const runningCrc32 = (): RunningChecksum => shortCrc(CRC32);
export const crc32c = (): RunningChecksum => shortCrc(CRC32C);

/** Four bytes at a time, by a table for each of them. */
function shortCrc(polynomial: number): RunningChecksum {
  const [t0, t1, t2, t3] = tablesOf(polynomial) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let crc = 0xffffffff;
  return {
    update(bytes) {
      const whole = bytes.length - (bytes.length % 4);
      let i = 0;
      for (; i < whole; i += 4) {
        crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
        crc = t3[crc & 255]! ^ t2[(crc >>> 8) & 255]! ^ t1[(crc >>> 16) & 255]! ^ t0[crc >>> 24]!;
      }
      for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[i]!) & 255]!;
    },
    digest: () => bigEndian(~crc >>> 0),
  };
}

function tablesOf(polynomial: number): readonly Uint32Array[] {
  const known = tables.get(polynomial);
  if (known) return known;
  const first = Uint32Array.from({ length: 256 }, (_, n) => {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
  const made = [first];
  for (let k = 1; k < 4; k++) made.push(made[k - 1]!.map((crc) => (crc >>> 8) ^ first[crc & 255]!));
  tables.set(polynomial, made);
  return made;
}

let longTables: { readonly high: Uint32Array; readonly low: Uint32Array } | undefined;

/** 64 bits as two halves: big integers take ten times as long. */
export function crc64nvme(): RunningChecksum {
  longTables ??= makeLongTables();
  const { high: highs, low: lows } = longTables;
  let [high, low] = [0xffffffff, 0xffffffff];
  return {
    update(bytes) {
      for (let i = 0; i < bytes.length; i++) {
        const at = (low ^ bytes[i]!) & 255;
        low = ((low >>> 8) | (high << 24)) ^ lows[at]!;
        high = (high >>> 8) ^ highs[at]!;
      }
    },
    digest: () => Uint8Array.from([...bigEndian(~high >>> 0), ...bigEndian(~low >>> 0)]),
  };
}

function makeLongTables(): { readonly high: Uint32Array; readonly low: Uint32Array } {
  const [highs, lows] = [new Uint32Array(256), new Uint32Array(256)];
  for (let n = 0; n < 256; n++) {
    let [high, low] = [0, n];
    for (let bit = 0; bit < 8; bit++) {
      const odd = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (odd) [high, low] = [high ^ CRC64_NVME.high, low ^ CRC64_NVME.low];
    }
    [highs[n], lows[n]] = [high, low];
  }
  return { high: highs, low: lows };
}

function bigEndian(value: number): Uint8Array {
  return Uint8Array.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
}
