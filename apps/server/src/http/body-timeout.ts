import { PlinthError } from "@plinth/core";
import { WaitingTime } from "./waiting-time.ts";

/** A slower upload is refused: a client that sends a byte now and then only holds a connection. */
const MIN_BYTES = 1024;

/** The work's result, or `REQUEST_TIMEOUT` where its body takes too long to arrive. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow()), Math.max(0, ms));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The same for a body of any length: it may take hours, but each piece of a kilobyte has the time limit. What counts is
 * the time that the reader waits, not the time that it works.
 */
export function steadyBody(body: ReadableStream<Uint8Array>, ms: number): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let received = 0;
  let stop = (): void => {};
  const wait = new WaitingTime(ms, () => stop());
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        stop = () => {
          controller.error(tooSlow());
          // Not awaited: a host may only settle it after the response has been sent.
          reader.cancel().catch(() => {});
        };
      },
      async pull(controller) {
        wait.begin();
        const { done, value } = await reader.read().catch((error: unknown) => {
          wait.end();
          throw error;
        });
        wait.pause();
        if (wait.isOver) return;
        if (done) {
          wait.end();
          controller.close();
          return;
        }
        received += value.byteLength;
        if (received >= MIN_BYTES) {
          wait.renew();
          received = 0;
        }
        controller.enqueue(value);
      },
      cancel(reason) {
        wait.end();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

function tooSlow(): PlinthError {
  return new PlinthError("REQUEST_TIMEOUT");
}
