import type { FileStore } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";

/** Does work that has so many bytes of a body in memory. Throws `OVERLOADED` where the uploads in progress have too many. */
export async function withMemory<T>(
  { client }: Pick<RequestContext, "client">,
  bytes: number,
  work: () => Promise<T>,
): Promise<T> {
  const release = bytes > 0 ? client?.takeMemory?.(bytes) : undefined;
  try {
    return await work();
  } finally {
    release?.();
  }
}

/** What the store has in memory of a stream, of which the size may be known: one block is sent while the next is filled. */
export function memoryOfPut({ capabilities: { blockBytes, upload } }: FileStore, size: number | undefined): number {
  if (blockBytes === 0) return 0;
  if (size === undefined) return 2 * blockBytes;
  return Math.min(size, 2 * Math.max(blockBytes, Math.ceil(size / upload.maxParts)));
}

export function memoryOfPart({ capabilities: { upload } }: FileStore, size: number): number {
  return size <= upload.wholePartBytes ? size : 0;
}
