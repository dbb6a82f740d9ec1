import type { OpenFile, RawRecord } from "./formats.ts";

/**
 * A file in parts that end between rows: such parts work with any host, however small its body or time limit, and the
 * progress is always known. Each row is sent as its own bytes, unchanged.
 */

const PART_BYTES = 1_000_000;
const PART_ROWS = 2000;
const LF = 0x0a;

export interface FilePart {
  records: RawRecord[];
  bytes: number;
}

/** If a file ends with an error, the rows before it still come. */
export async function* filePartsOf(file: OpenFile, fromRow = 1): AsyncGenerator<FilePart> {
  let part: FilePart = { records: [], bytes: 0 };
  let broken: unknown;
  try {
    for await (const batch of file.batches) {
      for (const record of batch) {
        if (record.row < fromRow) continue;
        part.records.push(record);
        part.bytes += record.bytes.byteLength + 1;
        if (part.records.length < PART_ROWS && part.bytes < PART_BYTES) continue;
        yield part;
        part = { records: [], bytes: 0 };
      }
    }
  } catch (error) {
    broken = error;
  }
  if (part.records.length > 0) yield part;
  if (broken) throw broken;
}

/** A part is a file by itself, in the format of the whole. */
export function bodyOfPart({ format, header }: OpenFile, { records, bytes }: FilePart): Uint8Array<ArrayBuffer> {
  const json = format === "json";
  const body = new Uint8Array(bytes + (header ? header.byteLength + 1 : 0) + (json ? 1 : 0));
  let at = 0;
  const write = (piece: Uint8Array, end: number): void => {
    body.set(piece, at);
    at += piece.byteLength;
    body[at++] = end;
  };
  if (header) write(header, LF);
  if (json) body[at++] = 0x5b;
  records.forEach((record, i) => {
    write(record.bytes, json ? (i === records.length - 1 ? 0x5d : 0x2c) : LF);
  });
  return body;
}
