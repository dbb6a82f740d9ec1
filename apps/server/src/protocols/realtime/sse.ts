import { type Connection, closedBatch, type EncodedBatch, type Message, signedPosition } from "@plinth/engine";

/** Bytes that may wait for a slow reader. Beyond them it is disconnected, and resumes. */
export const MAX_WAITING = 256 * 1024;
const RETRY_MS = 1000;

const encoder = new TextEncoder();

/** A batch as `text/event-stream`; its positions get this signature. */
export function encodeSse(batch: EncodedBatch, signature: string | undefined): Uint8Array {
  return batch.as(`sse ${signature ?? ""}`, (messages) =>
    encoder.encode(messages.map((message) => eventText(message, signature)).join("")),
  );
}

/** An `id` alone moves the position from which the reader resumes; a comment only keeps the connection open. */
function eventText({ json, position }: Message, signature: string | undefined): string {
  const id = position === undefined ? "" : `id: ${signedPosition(position, signature)}\n`;
  if (json !== "") return `${id}data: ${json}\n\n`;
  return id ? `${id}\n` : ":\n\n";
}

export interface SseStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly connection: Connection;
  /** Tells the reader when to reconnect, and ends. */
  finish(retryMs: number): void;
  /** Resolves when either side has ended the stream. */
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
      start(initial) {
        controller = initial;
      },
      pull() {
        drained?.resolve();
        drained = undefined;
      },
      cancel: close,
    },
    // Written out, because not every host has `ByteLengthQueuingStrategy`.
    { highWaterMark: MAX_WAITING, size: (bytes) => bytes!.byteLength },
  );
  const finish = (retryMs: number): void => {
    if (closed) return;
    returns = true;
    controller.enqueue(encoder.encode(`retry: ${retryMs}\n\n`));
    controller.close();
    close();
  };
  const connection: Connection = {
    get closed() {
      return closed;
    },
    get returns() {
      return returns;
    },
    send(batch: EncodedBatch, signature) {
      if (closed) return false;
      // Checked before sending, so that one large message alone disconnects nobody.
      if (controller.desiredSize! <= 0) {
        finish(RETRY_MS);
        return false;
      }
      controller.enqueue(encodeSse(batch, signature));
      return true;
    },
    end(refusal) {
      if (refusal && !closed) controller.enqueue(encodeSse(closedBatch(refusal), undefined));
      finish(RETRY_MS);
    },
    drained() {
      if (closed || controller.desiredSize! > MAX_WAITING / 2) return Promise.resolve();
      drained ??= Promise.withResolvers<void>();
      return drained.promise;
    },
  };
  return { body, connection, finish, ended: ended.promise };
}
