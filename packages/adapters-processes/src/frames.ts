import type { Packed } from "@plinth/core/sandbox";

/**
 * A message between the server and a process: its length, the length of its head, the head as JSON, and then the parts whose sizes the head names. Numbers have
 * four bytes, the lowest one first.
 */
export interface ProcessMessage {
  readonly head: Readonly<Record<string, unknown>> & { readonly type: string };
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
}

const utf8 = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export const textPart = (text: string): Uint8Array<ArrayBuffer> => utf8.encode(text);
export const partText = (part: Uint8Array | undefined): string => decoder.decode(part);

export function packedParts({ json, buffers }: Packed): Uint8Array<ArrayBuffer>[] {
  return [textPart(json), ...buffers.map((buffer) => new Uint8Array(buffer))];
}

export function partsPacked([json, ...buffers]: ProcessMessage["parts"]): Packed {
  return { json: partText(json), buffers: buffers.map(({ buffer }) => buffer) };
}

export function frameBytes({ head, parts }: ProcessMessage): Uint8Array {
  const json = textPart(JSON.stringify({ ...head, sizes: parts.map(({ byteLength }) => byteLength) }));
  const length = parts.reduce((sum, { byteLength }) => sum + byteLength, 4 + json.length);
  const bytes = new Uint8Array(4 + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint32(4, json.length, true);
  bytes.set(json, 8);
  let at = 8 + json.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

/** Finds the messages in what a process writes. None of it is trusted: throws for what is no message, or a longer one than `most` bytes. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(public most: number) {}

  *read(chunk: Uint8Array): Generator<ProcessMessage, void> {
    this.#chunks.push(chunk);
    this.#length += chunk.byteLength;
    for (let length = this.#announced(); length !== undefined; length = this.#announced()) {
      if (this.#length < 4 + length) return;
      const all = this.#joined();
      this.#chunks = [all.subarray(4 + length)];
      this.#length -= 4 + length;
      yield frameIn(all.subarray(4, 4 + length));
    }
  }

  #announced(): number | undefined {
    if (this.#length < 4) return undefined;
    if (this.#chunks[0]!.byteLength < 4) this.#joined();
    const [first] = this.#chunks as [Uint8Array];
    const length = new DataView(first.buffer, first.byteOffset, 4).getUint32(0, true);
    if (length < 4 || length > this.most) throw new RangeError("a message is too long");
    return length;
  }

  #joined(): Uint8Array {
    if (this.#chunks.length === 1) return this.#chunks[0]!;
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.byteLength;
    }
    this.#chunks = [all];
    return all;
  }
}

function frameIn(bytes: Uint8Array): ProcessMessage {
  const headEnd = 4 + new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  if (headEnd > bytes.byteLength) throw new RangeError("a message has no such head");
  const head = JSON.parse(partText(bytes.subarray(4, headEnd))) as ProcessMessage["head"] & {
    readonly sizes: readonly number[];
  };
  let at = headEnd;
  const parts = head.sizes.map((size) => {
    const from = at;
    at += size;
    if (!(Number.isInteger(size) && size >= 0 && at <= bytes.byteLength)) throw new RangeError("a part is missing");
    return bytes.slice(from, at);
  });
  return { head, parts };
}
