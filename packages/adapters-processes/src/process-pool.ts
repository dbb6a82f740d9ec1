import type { FunctionProcess } from "./function-process.ts";

/** How long a process without work keeps its memory. */
const IDLE_MS = 30_000;
/** A process makes room for a new one after so many programs, whatever they have left behind. */
const MOST_RUNS = 1000;

interface IdleProcess {
  readonly key: string;
  readonly child: FunctionProcess;
  readonly runs: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Processes that wait for the next run of the same program; another program never gets one. */
export class ProcessPool {
  /** Those that have waited longest first. */
  readonly #idle = new Set<IdleProcess>();
  readonly #all = new Set<FunctionProcess>();
  #isClosed = false;

  constructor(private readonly most: number) {}

  get size(): number {
    return this.#all.size;
  }

  /** `start` makes a process where none waits. */
  async use<T>(key: string, start: () => FunctionProcess, work: (child: FunctionProcess) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new Error("The server stops: no function is started any more.");
    const waiting = [...this.#idle].findLast((one) => one.key === key);
    if (waiting) this.#leave(waiting);
    const child = waiting?.child ?? this.#started(start);
    const runs = (waiting?.runs ?? 0) + 1;
    try {
      const result = await work(child);
      if (child.isEnded || this.#isClosed || runs >= MOST_RUNS) await this.#end(child);
      else this.#wait(key, child, runs);
      return result;
    } catch (error) {
      await this.#end(child);
      throw error;
    }
  }

  /** Ends all, whatever they do. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const one of this.#idle) this.#leave(one);
    await Promise.all([...this.#all].map((child) => this.#end(child)));
  }

  #started(start: () => FunctionProcess): FunctionProcess {
    const [longest] = this.#idle;
    if (longest && this.#all.size >= this.most) {
      this.#leave(longest);
      void this.#end(longest.child);
    }
    const child = start();
    this.#all.add(child);
    return child;
  }

  #wait(key: string, child: FunctionProcess, runs: number): void {
    const timer = setTimeout(() => {
      this.#leave(one);
      void this.#end(child);
    }, IDLE_MS);
    timer.unref();
    const one: IdleProcess = { key, child, runs, timer };
    this.#idle.add(one);
  }

  #leave(one: IdleProcess): void {
    clearTimeout(one.timer);
    this.#idle.delete(one);
  }

  async #end(child: FunctionProcess): Promise<void> {
    await child.kill();
    this.#all.delete(child);
  }
}
