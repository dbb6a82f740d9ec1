/** Red, green, blue, opacity. */
export type Pixel = readonly [number, number, number, number];

/** A PNG, whose pixels are named by their place: https://www.w3.org/TR/png-3/ */
export async function pngOf(
  width: number,
  height: number,
  pixelAt: (x: number, y: number) => Pixel,
): Promise<Uint8Array<ArrayBuffer>> {
  const rows = new Uint8Array(height * (1 + width * 4));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows.set(pixelAt(x, y), y * (1 + width * 4) + 1 + x * 4);
  return pngFile({ width, height, bits: 8 }, rows);
}

interface PngShape {
  readonly width: number;
  readonly height: number;
  /** Of each of the four channels. */
  readonly bits: 8 | 16;
}

/** Of rows that begin with the number of their filter. */
export async function pngFile(shape: PngShape, rows: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(packed).arrayBuffer());
  return joined([headerOf(shape), chunk("IDAT", data), chunk("IEND", new Uint8Array())]);
}

/** The first 33 bytes of a PNG, which promise a picture of this size. */
export function pngHeader(width: number, height: number): Uint8Array<ArrayBuffer> {
  return headerOf({ width, height, bits: 8 });
}

function headerOf({ width, height, bits }: PngShape): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  // Colours with opacity.
  header.set([bits, 6], 8);
  return joined([Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", header)]);
}

function chunk(kind: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.byteLength);
  bytes.set(new TextEncoder().encode(kind), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.byteLength, crc32(bytes.subarray(4, 8 + data.byteLength)));
  return bytes;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}
