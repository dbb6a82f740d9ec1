/** The records of a zip archive: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3. */

/** A file at its place in the archive. */
export interface PlacedFile {
  /** In UTF-8. */
  readonly name: Uint8Array;
  readonly size: number;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAt: number;
  /** Where its header begins. */
  readonly offset: number;
}

const MOST_16 = 0xffff;
const MOST_32 = 0xffffffff;
/** Sizes and the checksum follow the bytes; names are UTF-8. */
const FLAGS = 0x0808;
const VERSION = 20;
const VERSION_64 = 45;
const UNIX = 3;
const REGULAR_FILE = 0o100644;
const EXTRA_64 = 0x0001;

const isLarge = (value: number): boolean => value >= MOST_32;
const versionOf = (file: PlacedFile): number => (isLarge(file.size) || isLarge(file.offset) ? VERSION_64 : VERSION);

/** Numbers with the lowest byte first. */
function record(length: number, write: (at: Writer) => void): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  write({
    u16(...values) {
      for (const value of values) [at] = [at + 2, view.setUint16(at, value, true)];
    },
    u32(...values) {
      for (const value of values) [at] = [at + 4, view.setUint32(at, value, true)];
    },
    u64(...values) {
      for (const value of values) [at] = [at + 8, view.setBigUint64(at, BigInt(value), true)];
    },
    bytes(more) {
      bytes.set(more, at);
      at += more.byteLength;
    },
  });
  return bytes;
}

interface Writer {
  u16(...values: number[]): void;
  u32(...values: number[]): void;
  u64(...values: number[]): void;
  bytes(more: Uint8Array): void;
}

export const localHeaderBytes = ({ name, size }: Pick<PlacedFile, "name" | "size">): number =>
  30 + name.byteLength + (isLarge(size) ? 20 : 0);

export function localHeader(file: PlacedFile): Uint8Array<ArrayBuffer> {
  const { name, size, modifiedAt } = file;
  const large = isLarge(size);
  return record(localHeaderBytes(file), (to) => {
    to.u32(0x04034b50);
    to.u16(large ? VERSION_64 : VERSION, FLAGS, 0, ...dosTime(modifiedAt));
    to.u32(0, ...(large ? [MOST_32, MOST_32] : [0, 0]));
    to.u16(name.byteLength, large ? 20 : 0);
    to.bytes(name);
    if (!large) return;
    to.u16(EXTRA_64, 16);
    to.u64(0, 0);
  });
}

export const descriptorBytes = ({ size }: Pick<PlacedFile, "size">): number => (isLarge(size) ? 24 : 16);

/** What follows the bytes of a file. */
export function descriptor({ size }: PlacedFile, crc: number): Uint8Array<ArrayBuffer> {
  return record(descriptorBytes({ size }), (to) => {
    to.u32(0x08074b50, crc);
    if (isLarge(size)) to.u64(size, size);
    else to.u32(size, size);
  });
}

const largeFields = ({ size, offset }: PlacedFile): number[] => [
  ...(isLarge(size) ? [size, size] : []),
  ...(isLarge(offset) ? [offset] : []),
];

export function directoryEntryBytes(file: PlacedFile): number {
  const large = largeFields(file).length;
  return 46 + file.name.byteLength + (large > 0 ? 4 + 8 * large : 0);
}

export function directoryEntry(file: PlacedFile, crc: number): Uint8Array<ArrayBuffer> {
  const { name, size, offset, modifiedAt } = file;
  const large = largeFields(file);
  return record(directoryEntryBytes(file), (to) => {
    to.u32(0x02014b50);
    to.u16((UNIX << 8) | VERSION_64, versionOf(file), FLAGS, 0, ...dosTime(modifiedAt));
    to.u32(crc, Math.min(size, MOST_32), Math.min(size, MOST_32));
    to.u16(name.byteLength, large.length > 0 ? 4 + 8 * large.length : 0, 0, 0, 0);
    to.u32(REGULAR_FILE * 2 ** 16, Math.min(offset, MOST_32));
    to.bytes(name);
    if (large.length === 0) return;
    to.u16(EXTRA_64, 8 * large.length);
    to.u64(...large);
  });
}

/** The directory as a whole. */
export interface ZipDirectory {
  readonly count: number;
  readonly offset: number;
  readonly bytes: number;
}

const needs64 = ({ count, offset, bytes }: ZipDirectory): boolean =>
  count >= MOST_16 || isLarge(offset) || isLarge(bytes);

export const endBytes = (directory: ZipDirectory): number => (needs64(directory) ? 56 + 20 + 22 : 22);

export function endOfArchive(directory: ZipDirectory): Uint8Array<ArrayBuffer> {
  const { count, offset, bytes } = directory;
  return record(endBytes(directory), (to) => {
    if (needs64(directory)) {
      to.u32(0x06064b50);
      to.u64(44);
      to.u16((UNIX << 8) | VERSION_64, VERSION_64);
      to.u32(0, 0);
      to.u64(count, count, bytes, offset);
      to.u32(0x07064b50, 0);
      to.u64(offset + bytes);
      to.u32(1);
    }
    to.u32(0x06054b50);
    to.u16(0, 0, Math.min(count, MOST_16), Math.min(count, MOST_16));
    to.u32(Math.min(bytes, MOST_32), Math.min(offset, MOST_32));
    to.u16(0);
  });
}

/** Time and date as two numbers, in UTC and steps of two seconds, from 1980 to 2107. */
function dosTime(at: number): [time: number, date: number] {
  const date = new Date(at);
  const year = date.getUTCFullYear() - 1980;
  if (!(year >= 0 && year <= 127)) return [0, 0x21];
  return [
    (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1),
    (year << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate(),
  ];
}
