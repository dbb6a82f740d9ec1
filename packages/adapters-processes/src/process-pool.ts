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

/** How a program gets its process. */
export interface ProcessUse {
  /** Of the program. */
  readonly key: string;
  /** Whether one that waits can run it; it is ended otherwise. */
  canRun(child: FunctionProcess): boolean;
  /** Makes one where none waits. */
  start(): FunctionProcess;
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

  async use<T>(wanted: ProcessUse, work: (child: FunctionProcess) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new Error("The server stops: no function is started any more.");
    const { key } = wanted;
    const waiting = this.#waiting(wanted);
    const child = waiting?.child ?? this.#started(wanted);
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

  /** Those that have run last are the warmest. */
  #waiting({ key, canRun }: ProcessUse): IdleProcess | undefined {
    for (const one of [...this.#idle].reverse()) {
      if (one.key !== key) continue;
      this.#leave(one);
      if (canRun(one.child)) return one;
      void this.#end(one.child);
    }
    return undefined;
  }

  #started({ start }: ProcessUse): FunctionProcess {
    const [longest] = this.#idle;
    if (longest && this.#all.size >= this.most) {
      this.#leave(longest);
      void this.#end(longest.child);
    }
    const child = start();
    this.#all.add(child);
    void child.gone.then(() => this.#forget(child));
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

  /** It may have ended while it waited: the kernel ends these first where memory is scarce. */
  #forget(child: FunctionProcess): void {
    this.#all.delete(child);
    for (const one of this.#idle) if (one.child === child) this.#leave(one);
  }

  #leave(one: IdleProcess): void {
    clearTimeout(one.timer);
    this.#idle.delete(one);
  }

  async #end(child: FunctionProcess): Promise<void> {
    await child.kill();
    this.#forget(child);
  }
}
