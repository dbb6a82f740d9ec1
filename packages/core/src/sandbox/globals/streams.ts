/** `ReadableStream`, as far as bodies need it, and the bodies that come and go by chunks. */
export const STREAMS = `
class ReadableStream {
  #chunks = [];
  #waiting = [];
  #source;
  #end = undefined;
  #isStarted = false;
  #isPulling = false;
  #controller = {
    enqueue: (chunk) => {
      if (this.#end) throw new TypeError("the stream is closed");
      this.#chunks.push(chunk);
      this.#wake();
    },
    close: () => this.#close({}),
    error: (error) => this.#close({ failed: true, error }),
  };
  constructor(source = {}) {
    this.#source = source;
    const failed = (error) => this.#close({ failed: true, error });
    Promise.resolve(source.start?.(this.#controller)).then(() => { this.#isStarted = true; this.#wake(); }, failed);
  }
  static from(iterable) {
    const iterator = (iterable[Symbol.asyncIterator] ?? iterable[Symbol.iterator]).call(iterable);
    return new ReadableStream({
      async pull(controller) {
        const { value, done } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => iterator.return?.(),
    });
  }
  #wake() { for (const resolve of this.#waiting.splice(0)) resolve(); }
  #close(end) { this.#end ??= end; this.#wake(); }
  #pull() {
    if (!this.#source.pull || !this.#isStarted || this.#isPulling) return;
    this.#isPulling = true;
    const pulled = (async () => this.#source.pull(this.#controller))();
    pulled.then(() => { this.#isPulling = false; this.#wake(); }, (error) => this.#close({ failed: true, error }));
  }
  async #read() {
    for (;;) {
      if (this.#chunks.length > 0) return { value: this.#chunks.shift(), done: false };
      if (this.#end?.failed) throw this.#end.error;
      if (this.#end) return { value: undefined, done: true };
      const changed = new Promise((resolve) => this.#waiting.push(resolve));
      this.#pull();
      await changed;
    }
  }
  async cancel(reason) {
    if (this.#end) return;
    this.#close({});
    this.#chunks = [];
    await this.#source.cancel?.(reason);
  }
  getReader() {
    return { read: () => this.#read(), cancel: (reason) => this.cancel(reason), releaseLock() {} };
  }
  async *[Symbol.asyncIterator]() {
    try {
      for (let next = await this.#read(); !next.done; next = await this.#read()) yield next.value;
    } finally {
      await this.cancel();
    }
  }
}

const isStream = (body) => typeof body === "object" && body !== null && Symbol.asyncIterator in body;
const chunkOf = (chunk) => {
  if (chunk instanceof ArrayBuffer || ArrayBuffer.isView(chunk)) return new Uint8Array(bytesOf(chunk));
  if (typeof chunk === "string") return new TextEncoder().encode(chunk);
  throw new TypeError("a chunk of a body is a text or bytes");
};
async function collect(stream) {
  const chunks = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = chunkOf(chunk);
    chunks.push(bytes);
    length += bytes.length;
  }
  if (chunks.length === 1) return chunks[0];
  const all = new Uint8Array(length);
  let at = 0;
  for (const bytes of chunks) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}

const MOST_WRITTEN = 256 * 1024;
/** Each chunk waits until the one before is taken. */
async function sendStream({ status, headers }, stream) {
  await call("$answer.begin", [status, [...headers]]);
  for await (const chunk of stream) {
    const bytes = chunkOf(chunk);
    for (let at = 0; at < bytes.length; at += MOST_WRITTEN) await call("$answer.write", [bytes.subarray(at, at + MOST_WRITTEN)]);
  }
}

/** Bytes that the host has under a number. */
const bodyStream = (owner, id) => new ReadableStream({
  async pull(controller) {
    const bytes = await call(owner + ".read", [id]);
    if (bytes === null) controller.close();
    else controller.enqueue(bytes);
  },
  cancel: () => call(owner + ".cancel", [id]),
});
`;
