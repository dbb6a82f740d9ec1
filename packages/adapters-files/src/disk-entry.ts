/**
 * One file of the store: the content, then what is known about it as JSON, then the length of that JSON and a mark. So a
 * single rename makes the content and its description visible together, and no step between two files can be lost.
 */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { FileStoreError } from "@plinth/core";
import { disk, unlessMissing } from "./disk-errors.ts";
import { readStart, writeFileToDisk } from "./disk-small.ts";
import { DiskWriter, writeAll } from "./disk-writer.ts";

export interface EntryHead {
  readonly size: number;
  /** SHA-256 of the content, in hex. */
  readonly etag: string;
  readonly contentType: string;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAt: number;
}

/** An entry that one read has brought into memory. */
export interface SmallEntry {
  readonly head: EntryHead;
  /** Of its content. */
  readonly bytes: Uint8Array<ArrayBuffer>;
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
/** What is read or written at once, description included. */
export const SMALL_BYTES = 65_536;

/** Writes an entry to a new file of that path, and waits until it is on the disk. The memory of chunks is given back. */
export async function writeEntry(
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  contentType: string,
): Promise<EntryHead> {
  if (content instanceof Uint8Array && content.byteLength <= SMALL_BYTES) return writeSmall(path, content, contentType);
  const handle = await disk(open(path, "wx", 0o600));
  try {
    const head = await (content instanceof Uint8Array
      ? writeWhole(handle, content, contentType)
      : writeChunks(handle, content, contentType));
    await disk(handle.sync());
    return head;
  } finally {
    await handle.close();
  }
}

/** Small content and its description are one write. */
async function writeSmall(path: string, content: Uint8Array, contentType: string): Promise<EntryHead> {
  const head = headOf(content, contentType);
  const end = endOf(head);
  const both = new Uint8Array(content.byteLength + end.byteLength);
  both.set(content);
  both.set(end, content.byteLength);
  await disk(writeFileToDisk(path, both));
  return head;
}

async function writeChunks(
  handle: FileHandle,
  chunks: AsyncIterable<Uint8Array>,
  contentType: string,
): Promise<EntryHead> {
  const hash = createHash("sha256");
  const writer = new DiskWriter(handle);
  let size = 0;
  try {
    for await (const chunk of chunks) {
      size += chunk.byteLength;
      const full = writer.write(chunk);
      // Meanwhile the chunk is written; its memory is given back in a later turn.
      hash.update(chunk);
      if (full) await full;
    }
    await writer.end();
  } finally {
    await writer.stop();
  }
  const head: EntryHead = { size, etag: hash.digest("hex"), contentType, modifiedAt: Date.now() };
  await writeAll(handle, [endOf(head)]);
  return head;
}

async function writeWhole(handle: FileHandle, content: Uint8Array, contentType: string): Promise<EntryHead> {
  const head = headOf(content, contentType);
  await writeAll(handle, [content, endOf(head)]);
  return head;
}

function headOf(content: Uint8Array, contentType: string): EntryHead {
  const etag = createHash("sha256").update(content).digest("hex");
  return { size: content.byteLength, etag, contentType, modifiedAt: Date.now() };
}

/** Undefined: there is none. The caller closes the handle, if there is one. */
export async function openEntry(path: string): Promise<OpenEntry | undefined> {
  const handle = await disk(unlessMissing(open(path, "r"), undefined));
  return handle && headed(handle);
}

async function headed(handle: FileHandle): Promise<OpenEntry> {
  try {
    return { head: await readHead(handle), handle };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The same of an entry that may be small: most files are, and need no more than one read. */
export async function readEntry(path: string): Promise<OpenEntry | SmallEntry | undefined> {
  const start = await disk(unlessMissing(readStart(path, SMALL_BYTES, smallEntry), undefined));
  return start && (start.made ?? openEntry(path));
}

/** Fewer bytes than were asked for are all that a file has. */
function smallEntry(start: Uint8Array<ArrayBuffer>): SmallEntry | undefined {
  const head = start.byteLength < SMALL_BYTES ? headIn(start, start.byteLength) : undefined;
  return head && { head, bytes: start.slice(0, head.size) };
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

/** Bytes that are in memory. */
export function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (bytes.byteLength > 0) controller.enqueue(bytes);
        controller.close();
      },
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
  const head = bytesRead === last.byteLength ? headIn(last, all) : undefined;
  if (!head) throw damaged();
  return head;
}

/** What the last bytes of a file of `all` bytes say. Undefined: the store has not written them. */
function headIn(last: Uint8Array, all: number): EntryHead | undefined {
  const marked = last.byteLength - MARK.length;
  if (marked < 4 || textOf(last.subarray(marked)) !== MARK) return undefined;
  const length = new DataView(last.buffer, last.byteOffset).getUint32(marked - 4);
  if (length > marked - 4) return undefined;
  const head = parsed(textOf(last.subarray(marked - 4 - length, marked - 4)));
  return head?.size === all - length - END_BYTES ? head : undefined;
}

function parsed(text: string): EntryHead | undefined {
  try {
    return JSON.parse(text) as EntryHead;
  } catch {
    return undefined;
  }
}

const utf8 = new TextDecoder();

function textOf(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

function damaged(): FileStoreError {
  return new FileStoreError("damaged", "a file of the store is not as the store has written it");
}
