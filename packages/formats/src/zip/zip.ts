import { zipChecksum } from "./checksum.ts";
import {
  descriptor,
  descriptorBytes,
  directoryEntry,
  directoryEntryBytes,
  endBytes,
  endOfArchive,
  localHeader,
  localHeaderBytes,
  type PlacedFile,
  type ZipDirectory,
} from "./records.ts";

/** A file of an archive. */
export interface ZipFile {
  /** With its folders, such as `2026/cat.png`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAt: number;
  /** Called when its turn comes. */
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/** An archive that is made while it is read. */
export interface ZipArchive {
  /** Bytes. */
  readonly length: number;
  /** An error, such as a file that has another size than it should, leaves it without its end. */
  pieces(): AsyncGenerator<Uint8Array, void>;
}

interface ZipEntry extends PlacedFile {
  readonly file: ZipFile;
}

/** Smaller pieces are sent together. */
const GATHERED_BYTES = 65_536;
const utf8 = new TextEncoder();

/**
 * A zip archive of files as they are, without compression: Zip64 where sizes or counts need it. Throws for a name that could lead out of the folder
 * into which somebody unpacks it.
 */
export function zipArchive(files: readonly ZipFile[]): ZipArchive {
  const placed: ZipEntry[] = [];
  let offset = 0;
  for (const file of files) {
    requireInside(file.name);
    const { size, modifiedAt } = file;
    const one = { file, name: utf8.encode(file.name), size, modifiedAt, offset };
    placed.push(one);
    offset += localHeaderBytes(one) + size + descriptorBytes(one);
  }
  const bytes = placed.reduce((sum, one) => sum + directoryEntryBytes(one), 0);
  const directory = { count: placed.length, offset, bytes };
  return {
    length: offset + bytes + endBytes(directory),
    pieces: () => gathered(piecesOf(placed, directory)),
  };
}

async function* piecesOf(files: readonly ZipEntry[], directory: ZipDirectory): AsyncGenerator<Uint8Array, void> {
  const checksums: number[] = [];
  for (const placed of files) {
    yield localHeader(placed);
    let [crc, sent] = [0, 0];
    for await (const chunk of await placed.file.open()) {
      crc = zipChecksum(chunk, crc);
      sent += chunk.byteLength;
      yield chunk;
    }
    if (sent !== placed.size) throw new RangeError(`${placed.file.name} has ${sent} bytes and not ${placed.size}`);
    yield descriptor(placed, crc);
    checksums.push(crc);
  }
  for (const [i, placed] of files.entries()) yield directoryEntry(placed, checksums[i]!);
  yield endOfArchive(directory);
}

async function* gathered(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let held = new Uint8Array(GATHERED_BYTES);
  let filled = 0;
  for await (const piece of pieces) {
    if (filled + piece.byteLength > GATHERED_BYTES) {
      if (filled > 0) yield held.subarray(0, filled);
      // Whoever has read the old one may still be sending it.
      if (filled > 0) held = new Uint8Array(GATHERED_BYTES);
      filled = 0;
    }
    if (piece.byteLength >= GATHERED_BYTES) {
      yield piece;
      continue;
    }
    held.set(piece, filled);
    filled += piece.byteLength;
  }
  if (filled > 0) yield held.subarray(0, filled);
}

function requireInside(name: string): void {
  const isInside = !/^[a-z]:/i.test(name) && !name.includes("\\");
  if (isInside && name.split("/").every((part) => part !== "" && part !== "." && part !== "..")) return;
  throw new RangeError(`${JSON.stringify(name)} is no name of a file in an archive`);
}
