import { type ContentHash, PlinthError, toHex } from "@plinth/core";
import { HEAD_BYTES } from "./content-type.ts";

/** What a body turned out to be, once it was read to its end. */
export interface BodyFacts {
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** The first bytes. */
  readonly head: Uint8Array;
}

/** A body that is looked at while the store reads it. */
export interface InspectedBody {
  readonly stream: ReadableStream<Uint8Array>;
  /** Only after the stream has been read to its end. `sha256`: where the store has said it. */
  facts(sha256?: string): Promise<BodyFacts>;
}

/** Called while a body arrives with the bytes that it has so far; throws where there is no room for them. */
export type GrowRoom = (received: number) => Promise<void> | undefined;

export interface BodyWatch {
  readonly grow?: GrowRoom;
  /** Ends it with the reason of the signal. */
  readonly signal?: AbortSignal;
}

/**
 * Ends with an error after `max` bytes; nothing of it is kept in memory but its first bytes. `hash`: undefined where the store hashes the bytes
 * itself.
 */
export function inspectBody(
  body: ReadableStream<Uint8Array>,
  max: number,
  hash: ContentHash | undefined,
  { grow = () => undefined, signal }: BodyWatch = {},
): InspectedBody {
  const reader = body.getReader();
  if (signal) endBy(signal, reader);
  const head = new Uint8Array(HEAD_BYTES);
  let size = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await reader.read().catch((error: unknown) => {
          throw error instanceof PlinthError ? error : cutShort(error);
        });
        signal?.throwIfAborted();
        if (done) return controller.close();
        if (size < HEAD_BYTES) head.set(value.subarray(0, HEAD_BYTES - size), size);
        size += value.byteLength;
        try {
          if (size > max) throw fileTooLarge(max);
          const growing = grow(size);
          if (growing) await growing;
        } catch (error) {
          await reader.cancel(error).catch(() => {});
          throw error;
        }
        hash?.update(value);
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return {
    stream,
    facts: async (sha256) => ({
      size,
      sha256: sha256 ?? toHex(await hash!.digest()),
      head: head.subarray(0, Math.min(size, HEAD_BYTES)),
    }),
  };
}

/** Cancels a body when the signal aborts. Whoever reads asks the signal then: a read that waits ends as if the body did. */
export function endBy(signal: AbortSignal, reader: ReadableStreamDefaultReader<Uint8Array>): void {
  signal.addEventListener("abort", () => void reader.cancel(signal.reason).catch(() => undefined), { once: true });
}

export const cutShort = (cause: unknown) =>
  new PlinthError("BAD_REQUEST", "The body ended before it was complete.", undefined, { cause });

export const fileTooLarge = (max: number) =>
  new PlinthError("BODY_TOO_LARGE", `A file in this bucket may have at most ${max} bytes.`);
