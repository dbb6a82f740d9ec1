import { PlinthError } from "@plinth/core";

/** A chunk has no more than a call may return. */
const MOST_CHUNK = 256 * 1024;

/** Whose bodies they are, for errors, and how many bytes of a run they may have together. */
interface BodyLimits {
  readonly what: "fetch" | "files";
  readonly most: number;
  /** How many may be open at once: each holds a file or a connection. */
  readonly open: number;
  /** Why the bytes of one have ended too early. */
  cut(error: unknown): PlinthError;
}

/** Bodies that a run reads, each by its number. Nothing is read before the function asks for it. */
export class OpenBodies {
  readonly #readers = new Map<unknown, ReadableStreamDefaultReader<Uint8Array>>();
  /** What was read and is too much for one chunk. */
  readonly #rest = new Map<unknown, Uint8Array>();
  #last = 0;
  #bytes = 0;

  constructor(private readonly limits: BodyLimits) {}

  /** Throws where too many are open, and the new one is closed. */
  add(body: ReadableStream<Uint8Array>): number {
    const { what, open } = this.limits;
    if (this.#readers.size >= open) {
      body.cancel().catch(() => {});
      throw new PlinthError(
        "LIMIT_EXCEEDED",
        `${what}: a run may have ${open} bodies open. Read or cancel them first.`,
      );
    }
    this.#readers.set(++this.#last, body.getReader());
    return this.#last;
  }

  /** Null: that was all. */
  async read(id: unknown): Promise<Uint8Array | null> {
    const bytes = this.#rest.get(id) ?? (await this.#next(id));
    if (bytes === null) return null;
    if (bytes.byteLength > MOST_CHUNK) this.#rest.set(id, bytes.subarray(MOST_CHUNK));
    else this.#rest.delete(id);
    return bytes.subarray(0, MOST_CHUNK);
  }

  async #next(id: unknown): Promise<Uint8Array | null> {
    const reader = this.#readers.get(id);
    if (!reader) return null;
    const { what, most, cut } = this.limits;
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw cut(error);
    });
    if (done) {
      this.#readers.delete(id);
      return null;
    }
    this.#bytes += value.byteLength;
    if (this.#bytes <= most) return value;
    await this.cancel(id);
    throw new PlinthError("LIMIT_EXCEEDED", `${what}: a run may read ${most} bytes together.`);
  }

  async cancel(id: unknown): Promise<undefined> {
    const reader = this.#readers.get(id);
    this.#readers.delete(id);
    this.#rest.delete(id);
    await reader?.cancel().catch(() => {});
  }

  /** At the end of the run. */
  async close(): Promise<void> {
    await Promise.all([...this.#readers.keys()].map((id) => this.cancel(id)));
  }
}
