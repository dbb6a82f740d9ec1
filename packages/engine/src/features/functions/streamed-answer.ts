import { invalid, PlinthError, type SandboxCall, SandboxResponse, type SandboxValue } from "@plinth/core";

/** RFC 9110, 15: they end with their head. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);
/** Of one answer. */
const MOST_BYTES = 64 * 1024 * 1024;

interface WrittenChunk {
  readonly bytes: Uint8Array;
  taken(): void;
}

/** The answer of a function that is sent while the function goes on. The function waits until each chunk is taken. */
export class StreamedAnswer<A> {
  readonly #begun = Promise.withResolvers<A>();
  readonly #chunks: WrittenChunk[] = [];
  #wake = (): void => {};
  #bytes = 0;

  /** `answer` throws where its head is none that can be sent. */
  constructor(private readonly answer: (head: SandboxResponse) => A) {}

  readonly calls: Readonly<Record<string, SandboxCall>> = {
    "$answer.begin": async ([status, headers]) => this.#begun.resolve(this.answer(headOf(status, headers))),
    "$answer.write": ([bytes]) => this.#write(bytes),
  };

  /** Its head. Never settles where the function makes no such answer. */
  get begun(): Promise<A> {
    return this.#begun.promise;
  }

  /** What the function writes, until it has ended. */
  async *chunks(ended: Promise<unknown>): AsyncGenerator<Uint8Array, void> {
    let isOver = false;
    const end = (): void => {
      isOver = true;
      this.#wake();
    };
    ended.then(end, end);
    for (;;) {
      const next = this.#chunks.shift();
      if (next) {
        yield next.bytes;
        next.taken();
      } else if (isOver) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async #write(bytes: SandboxValue): Promise<undefined> {
    if (!(bytes instanceof Uint8Array)) throw invalid("chunk", "expected bytes");
    this.#bytes += bytes.byteLength;
    if (this.#bytes > MOST_BYTES)
      throw new PlinthError("LIMIT_EXCEEDED", `An answer that is streamed may have ${MOST_BYTES} bytes.`);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#chunks.push({ bytes, taken: resolve });
    this.#wake();
    await promise;
  }
}

function headOf(status: SandboxValue, headers: SandboxValue): SandboxResponse {
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599)
    throw invalid("status", "expected a status from 200 to 599");
  if (BODILESS.has(status)) throw invalid("status", `an answer with the status ${status} has no body`);
  if (!Array.isArray(headers) || !headers.every(isHeader)) throw invalid("headers", "expected pairs of texts");
  return new SandboxResponse(status, headers, undefined);
}

function isHeader(pair: unknown): pair is readonly [string, string] {
  return Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === "string");
}
