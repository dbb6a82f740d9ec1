import { type FileBody, type FileStore, PlinthError } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { type BodyWatch, endBy, type GrowRoom } from "./body.ts";

/** What one upload has in memory. */
export interface UploadMemory {
  /** So much from now on, where that is more than before. Throws `OVERLOADED` where the uploads in progress have too much. */
  hold(bytes: number): void;
  /** So many bytes of the body have come. */
  arrived(received: number): void;
  /** Aborts where others lack the room and the bytes come too slowly. */
  readonly signal: AbortSignal;
}

/** Whoever sends so many before others lack the room, in the time that a place lasts, is not slow. */
const RENEWING_BYTES = 128 * 1024;

/** Does work that has bytes of a body in memory: it counts them as they come, as a body of unknown length may end soon or never. */
export async function withMemory<T>(
  { client }: Pick<RequestContext, "client">,
  work: (memory: UploadMemory) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const counted = client?.holdUpload?.(() => ending.abort(tooSlow()));
  let [held, renewed] = [0, 0];
  try {
    return await work({
      hold(bytes) {
        if (bytes <= held) return;
        counted?.grow(bytes - held);
        held = bytes;
      },
      arrived(received) {
        if (received - renewed < RENEWING_BYTES) return;
        renewed = received;
        if (held > 0) counted?.renew();
      },
      signal: ending.signal,
    });
  } finally {
    counted?.release();
  }
}

const tooSlow = () =>
  new PlinthError(
    "OVERLOADED",
    "Others need the memory of this upload, whose bytes come too slowly; try again later.",
    {
      retry_after: 1,
    },
  );

/** What a store has in memory of so many bytes: it grows by doubling, up to a size. */
const memoryOf = (received: number, most: number): number => Math.min(2 * received, most);

/** The most that the store has in memory of a stream, of which the size may be known: one block is sent while the next is filled. */
function memoryOfPut({ capabilities: { blockBytes, upload } }: FileStore, size: number | undefined): number {
  if (blockBytes === 0) return 0;
  if (size === undefined) return 2 * blockBytes;
  return Math.min(size, 2 * Math.max(blockBytes, Math.ceil(size / upload.maxParts)));
}

/** Counts what the store has in memory of a file while it arrives. */
export function watchPut(store: FileStore, size: number | undefined, memory: UploadMemory, grow: GrowRoom): BodyWatch {
  const most = memoryOfPut(store, size);
  if (most === 0) return { grow };
  return {
    grow(received) {
      memory.hold(memoryOf(received, most));
      memory.arrived(received);
      return grow(received);
    },
    signal: memory.signal,
  };
}

/** The bytes of a part, where the store has all of it in memory. */
export function countedPart(
  { capabilities: { upload } }: FileStore,
  { body, size }: { readonly body: FileBody; readonly size: number },
  memory: UploadMemory,
): FileBody {
  if (size > upload.wholePartBytes) return body;
  if (!(body instanceof ReadableStream)) {
    memory.hold(size);
    return body;
  }
  const reader = body.getReader();
  endBy(memory.signal, reader);
  let received = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        memory.signal.throwIfAborted();
        if (done) return controller.close();
        received += value.byteLength;
        memory.hold(memoryOf(received, size));
        memory.arrived(received);
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
