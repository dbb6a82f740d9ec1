import { invalid } from "@plinth/core";

export interface LeastRate {
  readonly bytes: number;
  /** Of waiting for the server; the time that our store takes does not count. */
  readonly ms: number;
}

/** The same bytes. Where they come more slowly, break off, or take longer than `all` lasts, the error is one of the URL. */
export function steadyAnswer(
  body: ReadableStream<Uint8Array>,
  least: LeastRate,
  all: AbortSignal,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let received = 0;
  let left = least.ms;
  const refuse = (): never => {
    throw invalid("url", all.aborted ? "takes too long" : "broke off before its last byte");
  };

  async function read() {
    const began = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(tooSlow(least)), left);
    });
    try {
      return await Promise.race([reader.read().catch(refuse), late]);
    } finally {
      clearTimeout(timer);
      left = Math.max(0, left - (performance.now() - began));
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await read();
          if (done) return controller.close();
          received += value.byteLength;
          if (received >= least.bytes) [received, left] = [0, least.ms];
          controller.enqueue(value);
        } catch (error) {
          controller.error(error);
          // Not awaited: a connection that hangs may never say that it has ended.
          reader.cancel().catch(() => {});
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

const tooSlow = ({ bytes, ms }: LeastRate) =>
  invalid("url", `sends too slowly: less than ${bytes / 1024} KiB in ${ms / 1000} seconds`);
