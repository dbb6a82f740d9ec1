import type { SandboxOutcome, SandboxProgram } from "../ports/sandbox.ts";
import { limitFailure } from "./failure.ts";

interface WaitingProgram {
  readonly owner: string;
  readonly begin: () => void;
}

/** So many at once. The next one is of the owner who has the fewest: nobody's many keep others waiting. */
export class Slots {
  readonly #waiting = new Set<WaitingProgram>();
  readonly #running = new Map<string, number>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Undefined: `signal` has ended it before its turn. */
  async use<T>(
    { owner = "", signal }: Pick<SandboxProgram, "owner" | "signal">,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    if (signal?.aborted || !(await this.#turn(owner, signal))) return undefined;
    try {
      return await work();
    } finally {
      this.#add(owner, -1);
      this.#next();
    }
  }

  async #turn(owner: string, signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#free > 0) {
      this.#add(owner, 1);
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiting = { owner, begin: () => resolve(true) };
    const leave = () => {
      if (this.#waiting.delete(waiting)) resolve(false);
    };
    this.#waiting.add(waiting);
    signal?.addEventListener("abort", leave);
    return promise.finally(() => signal?.removeEventListener("abort", leave));
  }

  /** Its place is taken at once, before it goes on. */
  #next(): void {
    let next: WaitingProgram | undefined;
    for (const one of this.#waiting) {
      if (!next || this.#of(one.owner) < this.#of(next.owner)) next = one;
    }
    if (!next) return;
    this.#waiting.delete(next);
    this.#add(next.owner, 1);
    next.begin();
  }

  #of(owner: string): number {
    return this.#running.get(owner) ?? 0;
  }

  #add(owner: string, by: 1 | -1): void {
    this.#free -= by;
    const running = this.#of(owner) + by;
    if (running === 0) this.#running.delete(owner);
    else this.#running.set(owner, running);
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

  async use(program: SandboxProgram, work: () => Promise<SandboxOutcome>): Promise<SandboxOutcome> {
    return (await this.#used(program, work)) ?? endedBefore(program);
  }

  #used(program: SandboxProgram, work: () => Promise<SandboxOutcome>): Promise<SandboxOutcome | undefined> {
    if (program.isNested) return this.#nested.use(program, work);
    const run = () => this.#all.use(program, work);
    return program.isPatient ? this.#patient.use(program, run) : run();
  }
}

function endedBefore({ limits }: SandboxProgram): SandboxOutcome {
  const usage = { wallMs: 0, cpuMs: 0, calls: 0 };
  return { ok: false, error: limitFailure("aborted", limits), logs: [], logsLeftOut: 0, usage };
}
