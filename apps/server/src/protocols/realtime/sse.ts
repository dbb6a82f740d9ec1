import { type Chunk, closedChunk, type Frame, type Outlet, sealedPlace } from "@plinth/engine";

/** Bytes that wait for a slow reader. Beyond them it is cut off, and resumes. */
export const MAX_WAITING = 256 * 1024;
const RETRY_MS = 1000;

const encoder = new TextEncoder();

/** A chunk as `text/event-stream`, with the places under this seal. */
export function encodeSse(chunk: Chunk, seal: string | undefined): Uint8Array {
  return chunk.as(`sse ${seal ?? ""}`, (frames) =>
    encoder.encode(frames.map((frame) => eventText(frame, seal)).join("")),
  );
}

/** An `id` alone moves the place from which the reader resumes; a comment only keeps the connection open. */
function eventText({ json, place }: Frame, seal: string | undefined): string {
  const id = place === undefined ? "" : `id: ${sealedPlace(place, seal)}\n`;
  if (json !== "") return `${id}data: ${json}\n\n`;
  return id ? `${id}\n` : ":\n\n";
}

export interface SseStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly outlet: Outlet;
  /** Tells the reader when to come back, and ends. */
  finish(retryMs: number): void;
  /** Resolves when the stream has ended, from either side. */
  readonly ended: Promise<void>;
}

export function sseStream(): SseStream {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let closed = false;
  let returns = false;
  let drained: PromiseWithResolvers<void> | undefined;
  const ended = Promise.withResolvers<void>();
  const close = (): void => {
    closed = true;
    drained?.resolve();
    ended.resolve();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
      },
      pull() {
        drained?.resolve();
        drained = undefined;
      },
      cancel: close,
    },
    // Written out, because not every host has `ByteLengthQueuingStrategy`.
    { highWaterMark: MAX_WAITING, size: (chunk) => chunk!.byteLength },
  );
  const finish = (retryMs: number): void => {
    if (closed) return;
    returns = true;
    controller.enqueue(encoder.encode(`retry: ${retryMs}\n\n`));
    controller.close();
    close();
  };
  const outlet: Outlet = {
    get closed() {
      return closed;
    },
    get returns() {
      return returns;
    },
    send(chunk: Chunk, seal) {
      if (closed) return false;
      // Looked at before, so that one large message alone cuts nobody off.
      if (controller.desiredSize! <= 0) {
        finish(RETRY_MS);
        return false;
      }
      controller.enqueue(encodeSse(chunk, seal));
      return true;
    },
    end(refusal) {
      if (refusal && !closed) controller.enqueue(encodeSse(closedChunk(refusal), undefined));
      finish(RETRY_MS);
    },
    drained() {
      if (closed || controller.desiredSize! > MAX_WAITING / 2) return Promise.resolve();
      drained ??= Promise.withResolvers<void>();
      return drained.promise;
    },
  };
  return { body, outlet, finish, ended: ended.promise };
}
