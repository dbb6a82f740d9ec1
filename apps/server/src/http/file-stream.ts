import { type Platform, releaseChunk } from "@plinth/core";
import type { FileStream } from "../context.ts";

/** How long a client may stop reading a file, as long as the servers keep a silent connection. */
const STALL_MS = 255_000;
/** Slower readers use up the same time, so that a file that is hardly read does not stay open. */
const MIN_BYTES_PER_SECOND = 8_000;
/** A reader who lets a file wait for longer is slow. */
const SLOW_MS = 200;

interface FileStreamOptions {
  /** The status is sent already; only an aborted body can signal the error. */
  onError(error: unknown): void;
  readonly stallMs?: number;
  readonly minBytesPerSecond?: number;
  /** Given back while the reader does not read, so that others can work meanwhile. */
  readonly slot?: { pause(): void; resume(): Promise<void> };
  /** As `Platform.copiesAnswers`: the memory of pieces is given back. */
  readonly copies?: boolean | undefined;
  /** As `Platform.sentPieces`. */
  readonly sentPieces?: Platform["sentPieces"];
}

const encoder = new TextEncoder();

/** A file that is made while it is read, or an answer that is sent as it is read. */
export function fileStream(
  pieces: AsyncGenerator<string | Uint8Array, void>,
  {
    onError,
    stallMs = STALL_MS,
    minBytesPerSecond = MIN_BYTES_PER_SECOND,
    slot,
    copies,
    sentPieces,
  }: FileStreamOptions,
): FileStream {
  let finished = (): void => {};
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => (finished = resolve));
  let left = false;
  let stall: ReturnType<typeof setTimeout> | undefined;
  let slow: ReturnType<typeof setTimeout> | undefined;
  /** How long the reader has let the file wait; what it reads makes up for it. */
  let waitedMs = 0;
  let sent = { at: performance.now(), bytes: 0 };
  /** The piece that was asked for last, which may be waiting to be sent, and the one before. */
  let [latest, copied]: (Uint8Array | undefined)[] = [];

  const stop = async (): Promise<void> => {
    left = true;
    clearTimeout(stall);
    clearTimeout(slow);
    try {
      await pieces.return();
    } finally {
      finished();
    }
  };
  const taken = (): void => {
    clearTimeout(stall);
    clearTimeout(slow);
    const paidMs = (sent.bytes / minBytesPerSecond) * 1000;
    waitedMs = Math.max(0, waitedMs + performance.now() - sent.at - paidMs);
  };

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        end = () => {
          controller.error(new Error("the client reads too slowly"));
          stop().catch(onError);
        };
      },
      async pull(controller) {
        taken();
        try {
          if (copied) releaseChunk(copied);
          copied = undefined;
          await slot?.resume();
          if (left) return;
          const { value, done } = await pieces.next();
          if (left) return;
          if (!done) {
            const bytes = typeof value === "string" ? encoder.encode(value) : value;
            sentPieces?.add(bytes);
            controller.enqueue(bytes);
            if (copies) [latest, copied] = [bytes, latest];
            sent = { at: performance.now(), bytes: bytes.byteLength };
            stall = setTimeout(end, Math.max(0, stallMs - waitedMs));
            if (slot) slow = setTimeout(() => slot.pause(), SLOW_MS);
            return;
          }
          controller.close();
        } catch (error) {
          onError(error);
          controller.error(error);
        }
        finished();
      },
      cancel: stop,
    },
    { highWaterMark: 1 },
  );
  return { body, ended, end: () => end() };
}
