/** A body that a function sends piece by piece: each piece waits until it is taken. */
export class PiecewiseBody {
  readonly body: ReadableStream<Uint8Array>;
  /** The body is wanted: whoever stores it has begun to read. */
  readonly wanted: Promise<void>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #taken = Promise.withResolvers<void>();
  #last: Promise<unknown>;

  constructor() {
    const wanted = Promise.withResolvers<void>();
    this.wanted = wanted.promise;
    this.#last = wanted.promise;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          wanted.resolve();
          this.#taken.resolve();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Resolves when the next piece is wanted. */
  write(bytes: Uint8Array): Promise<void> {
    const written = this.#last.then(() => {
      this.#taken = Promise.withResolvers<void>();
      this.#controller.enqueue(bytes);
      return this.#taken.promise;
    });
    this.#last = written.catch(() => {});
    return written;
  }

  end(): void {
    try {
      this.#controller.close();
    } catch {
      // Whoever stores it has refused it.
    }
  }

  fail(reason: Error): void {
    try {
      this.#controller.error(reason);
    } catch {
      // It has ended.
    }
  }
}
