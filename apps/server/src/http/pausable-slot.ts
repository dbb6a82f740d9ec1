/** A place among the requests that run, which a file gives back while its reader is slow. */

/** What gives out the places. */
export interface Places {
  /** Whether one may be given back for now: not without end, as each file that waits takes memory. */
  mayPause(): boolean;
  /** Takes one, as soon as there is one. */
  enter(begin: () => void): void;
  /** Gives one back. */
  leave(): void;
}

export class PausableSlot {
  #state: "held" | "paused" | "ended" = "held";

  constructor(private readonly places: Places) {}

  get isPaused(): boolean {
    return this.#state === "paused";
  }

  pause(): void {
    if (this.#state !== "held" || !this.places.mayPause()) return;
    this.#state = "paused";
    this.places.leave();
  }

  /** Resolves once the work may go on. */
  resume(): Promise<void> {
    if (this.#state !== "paused") return Promise.resolve();
    return new Promise((resolve) =>
      this.places.enter(() => {
        // Its reader may have left meanwhile.
        if (this.#state === "ended") return this.places.leave();
        this.#state = "held";
        resolve();
      }),
    );
  }

  end(): void {
    const was = this.#state;
    this.#state = "ended";
    if (was === "held") this.places.leave();
  }
}
