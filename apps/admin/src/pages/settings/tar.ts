/** One file of an archive. */
export interface TarEntry {
  /** At most 100 characters of ASCII. */
  readonly name: string;
  readonly content: Blob;
}

const BLOCK = 512;
/** Octal digits. */
const SIZE_DIGITS = 11;
const encoder = new TextEncoder();

/**
 * An archive in the form of POSIX.1-1988 (ustar), which every `tar` and most file managers read. The browser keeps what the
 * blobs hold: nothing is copied.
 */
export function tarOf(entries: readonly TarEntry[], at: Date): Blob {
  const parts = entries.flatMap(({ name, content }) => [
    headerOf(name, content.size, at),
    content,
    new Uint8Array((BLOCK - (content.size % BLOCK)) % BLOCK),
  ]);
  return new Blob([...parts, new Uint8Array(2 * BLOCK)], { type: "application/x-tar" });
}

function headerOf(name: string, size: number, at: Date): Uint8Array<ArrayBuffer> {
  if (size >= 8 ** SIZE_DIGITS) throw new RangeError(`${name} is larger than 8 GB, and too large for the archive`);
  const header = new Uint8Array(BLOCK);
  const write = (offset: number, text: string) => header.set(encoder.encode(text), offset);
  write(0, name);
  write(100, octal(0o644, 7));
  write(108, octal(0, 7));
  write(116, octal(0, 7));
  write(124, octal(size, SIZE_DIGITS));
  write(136, octal(Math.floor(at.getTime() / 1000), 11));
  // The sum counts its own field as spaces.
  write(148, " ".repeat(8));
  write(156, "0");
  write(257, "ustar\0");
  write(263, "00");
  const sum = header.reduce((total, byte) => total + byte, 0);
  write(148, `${octal(sum, 6)}\0 `);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
