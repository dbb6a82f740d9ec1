import { type FileBody, watched } from "@plinth/core";
import type { R2Value } from "./r2-binding.ts";
import { bound } from "./r2-errors.ts";

/** R2 takes no stream of which it does not know the length: workerd has a stream that says it. */
declare const FixedLengthStream: new (size: number) => TransformStream<Uint8Array, Uint8Array>;

/** Hands a body to R2. An error of the body is thrown as it is. */
export async function fixedLength<T>(body: FileBody, size: number, send: (value: R2Value) => Promise<T>): Promise<T> {
  if (body instanceof Uint8Array) return bound(send(body));
  const { stream, cut } = watched(body);
  const { readable, writable } = new FixedLengthStream(size);
  // It fails with the body, or where R2 has stopped reading.
  const piped = stream.pipeTo(writable).catch(() => undefined);
  try {
    return await bound(send(readable));
  } catch (error) {
    throw cut() ?? error;
  } finally {
    await readable.cancel().catch(() => undefined);
    await piped;
  }
}
