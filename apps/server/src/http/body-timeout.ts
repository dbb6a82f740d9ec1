import { PlinthError } from "@plinth/core";

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
  let waited = 0;
  let received = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const began = performance.now();
        try {
          const { done, value } = await inTime(reader.read(), ms - waited);
          if (done) {
            controller.close();
            return;
          }
          waited += performance.now() - began;
          received += value.byteLength;
          if (received >= MIN_BYTES) [waited, received] = [0, 0];
          controller.enqueue(value);
        } catch (error) {
          controller.error(error);
          // Not awaited: a host may only settle it after the response has been sent.
          reader.cancel().catch(() => {});
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function tooSlow(): PlinthError {
  return new PlinthError("REQUEST_TIMEOUT");
}
