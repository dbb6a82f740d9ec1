import type { SandboxProgram } from "@plinth/core";

/** So many at once; the others wait in their order. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}

/** ProgramPlaces for programs. Those that nobody waits for have half of them, so that others find one. */
export class ProgramPlaces {
  readonly #all: Slots;
  readonly #patient: Slots;
  /** Who waits for them has a place already, and keeps it. */
  readonly #nested: Slots;

  constructor(atOnce: number) {
    this.#all = new Slots(atOnce);
    this.#nested = new Slots(atOnce);
    this.#patient = new Slots(Math.ceil(atOnce / 2));
  }

  use<T>({ isPatient, isNested }: Pick<SandboxProgram, "isPatient" | "isNested">, work: () => Promise<T>): Promise<T> {
    if (isNested) return this.#nested.use(work);
    const run = () => this.#all.use(work);
    return isPatient ? this.#patient.use(run) : run();
  }
}
