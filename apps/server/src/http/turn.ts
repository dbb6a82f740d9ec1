import type { Awaitable } from "@plinth/core";

/** How long requests of one kind may keep the event loop before others are let in. */
export const TURN_MS = 5;

/**
 * The work of one turn of the event loop. Requests that arrive together are all started in one turn: what is left when
 * the turn has taken its time starts in the next one, and quick requests are answered in between.
 */
export class Turn {
  #began: number | undefined;
  readonly #waiting: (() => void)[] = [];

  /** `onNext` is called when a new turn may begin. */
  constructor(
    private readonly onNext: () => void,
    private readonly ms: number,
  ) {}

  get isOver(): boolean {
    return this.#began !== undefined && performance.now() - this.#began >= this.ms;
  }

  /** Counts what follows as work of a turn. */
  begin(): void {
    if (this.#began !== undefined) return;
    this.#began = performance.now();
    setTimeout(() => this.#next(), 0);
  }

  /** Runs the work in this turn, or in a later one, in the order of arrival. */
  run<T>(work: () => Awaitable<T>): Awaitable<T> {
    if (this.#waiting.length > 0 || this.isOver) {
      return new Promise<void>((resolve) => this.#waiting.push(resolve)).then(work);
    }
    this.begin();
    return work();
  }

  #next(): void {
    this.#began = undefined;
    this.#startWaiting();
    this.onNext();
  }

  /** Each at the end of the work before it, because only then is known how long that has taken. */
  #startWaiting(): void {
    if (this.#waiting.length === 0 || this.isOver) return;
    this.begin();
    this.#waiting.shift()!();
    queueMicrotask(() => this.#startWaiting());
  }
}
