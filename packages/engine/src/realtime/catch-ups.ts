import type { LogPosition } from "@plinth/core";

/** Who waits until a position, or for the end of a read that began later. */
interface Waiting {
  readonly after: number;
  readonly until: LogPosition;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Those who wait for a tail to read what had committed when they came. */
export class CatchUps {
  #waiting: Waiting[] = [];

  #head: Promise<LogPosition> | undefined;

  constructor(
    private readonly comparePositions: (a: LogPosition, b: LogPosition) => number,
    private readonly readHead: () => Promise<LogPosition>,
  ) {}

  /** The log's end. One read for all who ask in the same moment: after a change of rules, that is every subscriber. */
  head(): Promise<LogPosition> {
    this.#head ??= Promise.resolve().then(() => {
      this.#head = undefined;
      return this.readHead();
    });
    return this.#head;
  }

  /** `after`: how many reads have begun. */
  wait(after: number, until: LogPosition): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ after, until, resolve, reject });
    });
  }

  /** The tail is at this position; `read` is the number of a read that came to the log's end. */
  release(position: LogPosition, read: number | undefined): void {
    const isDue = ({ after, until }: Waiting): boolean =>
      (read !== undefined && after < read) || this.comparePositions(position, until) >= 0;
    const due = this.#waiting.filter(isDue);
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const { resolve } of due) resolve();
  }

  fail(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
