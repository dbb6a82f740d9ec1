import { PlinthError } from "@plinth/core";

/** Beyond the first bytes, gzip that grows more is no file of rows: a small one could keep the process busy for long. */
const MAX_GROWTH = 200;
const ANY_GROWTH_BYTES = 10_000_000;

type Chunks = AsyncIterable<Uint8Array>;

/** The bytes as they were before gzip, if the file begins as gzip does. No text begins so: it is not UTF-8. */
export async function* withoutGzip(chunks: Chunks): AsyncGenerator<Uint8Array, void, undefined> {
  let start: Uint8Array | undefined;
  const source = chunks[Symbol.asyncIterator]();
  const rest: Chunks = { [Symbol.asyncIterator]: () => source };
  try {
    while (!start || start.byteLength < 2) {
      const { done, value } = await source.next();
      if (done) break;
      start = start ? joined(start, value) : value;
    }
    if (!start) return;
    const all = following(start, rest);
    yield* start[0] === 0x1f && start[1] === 0x8b ? gunzip(all) : all;
  } finally {
    await source.return?.();
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.byteLength + b.byteLength);
  bytes.set(a);
  bytes.set(b, a.byteLength);
  return bytes;
}

async function* following(start: Uint8Array, rest: Chunks): AsyncGenerator<Uint8Array, void, undefined> {
  yield start;
  yield* rest;
}

async function* gunzip(chunks: Chunks): AsyncGenerator<Uint8Array, void, undefined> {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  let failure: { error: unknown } | undefined;
  let compressed = 0;
  let plain = 0;
  // Back-pressure: a write waits until what it gives is read.
  const feed = async (): Promise<void> => {
    try {
      for await (const chunk of chunks) {
        compressed += chunk.byteLength;
        await writer.write(chunk as Uint8Array<ArrayBuffer>);
      }
    } catch (error) {
      failure = { error };
    }
    await (failure ? writer.abort() : writer.close());
  };
  const fed = feed().catch(() => {});
  const reader = readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(async () => {
        await fed;
        // The stream's own error is a TypeError of the host, in its words.
        throw failure && !(failure.error instanceof TypeError) ? failure.error : damaged();
      });
      if (done) return;
      plain += value.byteLength;
      if (plain > Math.max(ANY_GROWTH_BYTES, compressed * MAX_GROWTH)) throw growsTooMuch();
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function damaged(): PlinthError {
  return new PlinthError("BAD_REQUEST", "body: the gzip data is damaged or ends early", { field: "body" });
}

function growsTooMuch(): PlinthError {
  const message = `body: the gzip data is more than ${MAX_GROWTH} times as large when it is unpacked; send the file plain`;
  return new PlinthError("LIMIT_EXCEEDED", message, { field: "body" });
}
