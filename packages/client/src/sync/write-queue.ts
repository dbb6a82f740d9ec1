import type { QueuedWrite } from "./queue.ts";

/** How many writes wait for the server, and how many it has refused. */
export interface QueueCounts {
  readonly queued: number;
  readonly failed: number;
}

/** Writes in the order of their keys. A change costs no more for many of them than for few. */
export class WriteQueue {
  readonly #byKey = new Map<string, QueuedWrite>();
  #order: QueuedWrite[] = [];
  /** Somebody may read `#order`, so that it must not change. */
  #isRead = false;
  #failed = 0;

  get(key: string): QueuedWrite | undefined {
    return this.#byKey.get(key);
  }

  get lastKey(): string | undefined {
    return this.#order.at(-1)?.key;
  }

  get counts(): QueueCounts {
    return { queued: this.#order.length - this.#failed, failed: this.#failed };
  }

  /** All, oldest first; what is read stays as it is. */
  all(): readonly QueuedWrite[] {
    this.#isRead = true;
    return this.#order;
  }

  /** Without `write`, the key is deleted. */
  set(key: string, write: QueuedWrite | undefined): void {
    const before = this.#byKey.get(key);
    if (!before && !write) return;
    if (this.#isRead) this.#order = [...this.#order];
    this.#isRead = false;
    this.#order.splice(this.#placeOf(key), before ? 1 : 0, ...(write ? [write] : []));
    this.#failed += Number(write?.error !== undefined) - Number(before?.error !== undefined);
    if (write) this.#byKey.set(key, write);
    else this.#byKey.delete(key);
  }

  /** The index of the first write that does not come before the key. */
  #placeOf(key: string): number {
    const order = this.#order;
    // A new write comes last.
    if (order.length === 0 || order.at(-1)!.key < key) return order.length;
    let [from, to] = [0, order.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (order[middle]!.key < key) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
