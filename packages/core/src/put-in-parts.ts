import { inBlocks, spentChunksIn } from "./byte-streams.ts";
import type { FileBody, FileStore, PartReference, PutFileOptions, WrittenFile } from "./ports/file-store.ts";

export interface PartedPut {
  readonly blockBytes: number;
  /** Writes a file that is one block. */
  whole(block: Uint8Array<ArrayBuffer>): Promise<WrittenFile>;
  readonly upload: FileStore["upload"];
}

/**
 * For stores that want to know a body's length, or may lose a connection while they read it: each block is in memory, so it
 * can be sent again. A body of one block is sent whole, a longer one as parts. The next block is filled while one is sent.
 */
export async function putInParts(
  key: string,
  body: FileBody,
  { contentType, condition }: PutFileOptions,
  { blockBytes, whole, upload }: PartedPut,
): Promise<WrittenFile> {
  const blocks = inBlocks(spentChunksIn(body), blockBytes);
  const { value: first } = await blocks.next();
  if (!first || first.last) return whole(first?.block ?? new Uint8Array(0));
  const parted = await upload(key, { contentType });
  const parts: PartReference[] = [];
  let sending: Promise<PartReference> | undefined;
  const send = (block: Uint8Array<ArrayBuffer>): void => {
    sending = parted.part(parts.length + 1, block);
    // Awaited below; until then its failure is nobody's.
    sending.catch(() => undefined);
  };
  try {
    send(first.block);
    for await (const { block } of blocks) {
      parts.push(await sending!);
      send(block);
    }
    parts.push(await sending!);
    return await parted.complete(parts, condition);
  } catch (error) {
    // A part that arrives after the end of its upload would stay. What fails here is left to the store's own rule for
    // unfinished uploads.
    await sending?.catch(() => undefined);
    await parted.abort().catch(() => undefined);
    throw error;
  }
}
