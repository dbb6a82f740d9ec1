/**
 * One file of the store: the content, then what is known about it as JSON, then the length of that JSON and a mark. So a
 * single rename makes the content and its description visible together, and no step between two files can be lost.
 */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { FileStoreError } from "@plinth/core";
import { disk, unlessMissing } from "./disk-errors.ts";

export interface EntryHead {
  readonly size: number;
  /** SHA-256 of the content, in hex. */
  readonly etag: string;
  readonly contentType: string;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAt: number;
}

export interface OpenEntry {
  readonly head: EntryHead;
  readonly handle: FileHandle;
}

const MARK = "PLINTH01";
/** The length, four bytes with the most significant first, and the mark. */
const END_BYTES = 4 + MARK.length;
/** A description has fewer. */
const LAST_BYTES = 4096;
const CHUNK_BYTES = 262_144;

/** Writes an entry to a new file of that path, and waits until it is on the disk. */
export async function writeEntry(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  contentType: string,
): Promise<EntryHead> {
  const handle = await disk(open(path, "wx", 0o600));
  try {
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of chunks) {
      hash.update(chunk);
      await writeAll(handle, chunk);
      size += chunk.byteLength;
    }
    const head: EntryHead = { size, etag: hash.digest("hex"), contentType, modifiedAt: Date.now() };
    await writeAll(handle, endOf(head));
    await disk(handle.sync());
    return head;
  } finally {
    await handle.close();
  }
}

/** Undefined: there is none. The caller closes the handle. */
export async function openEntry(path: string): Promise<OpenEntry | undefined> {
  const handle = await disk(unlessMissing(open(path, "r"), undefined));
  if (!handle) return undefined;
  try {
    return { head: await readHead(handle), handle };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

export async function entryHead(path: string): Promise<EntryHead | undefined> {
  const entry = await openEntry(path);
  await entry?.handle.close();
  return entry?.head;
}

/** Bytes of the content, read as they are asked for. Its end, and its cancellation, close the handle. */
export function contentOf({ handle }: OpenEntry, offset: number, end: number): ReadableStream<Uint8Array> {
  let at = offset;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await readChunk(handle, at, end);
          at += chunk.byteLength;
          if (chunk.byteLength > 0) controller.enqueue(chunk);
          if (at < end) return;
        } catch (error) {
          await handle.close();
          throw error;
        }
        await handle.close();
        controller.close();
      },
      cancel: () => handle.close(),
    },
    { highWaterMark: 0 },
  );
}

async function readChunk(handle: FileHandle, at: number, end: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(Math.min(CHUNK_BYTES, end - at));
  if (buffer.byteLength === 0) return buffer;
  const { bytesRead } = await disk(handle.read(buffer, 0, buffer.byteLength, at));
  if (bytesRead === 0) throw damaged();
  return buffer.subarray(0, bytesRead);
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) {
    at += (await disk(handle.write(bytes, at, bytes.byteLength - at))).bytesWritten;
  }
}

function endOf({ size, etag, contentType, modifiedAt }: EntryHead): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify({ size, etag, contentType, modifiedAt }));
  const end = new Uint8Array(text.byteLength + END_BYTES);
  end.set(text);
  new DataView(end.buffer).setUint32(text.byteLength, text.byteLength);
  end.set(new TextEncoder().encode(MARK), text.byteLength + 4);
  return end;
}

async function readHead(handle: FileHandle): Promise<EntryHead> {
  const { size: all } = await disk(handle.stat());
  const last = new Uint8Array(Math.min(LAST_BYTES, all));
  const { bytesRead } = await disk(handle.read(last, 0, last.byteLength, all - last.byteLength));
  const marked = last.byteLength - MARK.length;
  if (bytesRead !== last.byteLength || marked < 4 || textOf(last.subarray(marked)) !== MARK) throw damaged();
  const length = new DataView(last.buffer).getUint32(marked - 4);
  if (length > marked - 4) throw damaged();
  const head = parsed(textOf(last.subarray(marked - 4 - length, marked - 4)));
  if (head.size !== all - length - END_BYTES) throw damaged();
  return head;
}

function parsed(text: string): EntryHead {
  try {
    return JSON.parse(text) as EntryHead;
  } catch {
    throw damaged();
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function damaged(): FileStoreError {
  return new FileStoreError("damaged", "a file of the store is not as the store has written it");
}
