import { type Change, type ChangeReader, type Log, type LogPosition, PlinthError } from "@plinth/core";
import { CatchUps } from "./catch-ups.ts";
import { changeChars } from "./change-size.ts";

/** Receives the log, page by page, in order. */
export interface TailListener {
  /** Resolves when the page has been processed; the next page waits for it. */
  take(page: TailPage): void | Promise<void>;
  /** The log was trimmed before it could be read: the changes in between are unknown. */
  reset(position: LogPosition): void;
  /** It still has something to send. */
  readonly busy?: boolean;
}

export interface TailPage {
  readonly changes: readonly Change[];
  /** The same changes by collection id. */
  readonly byCollection: ReadonlyMap<string, readonly Change[]>;
  readonly next: LogPosition;
}

export interface TailOptions {
  readonly reader: ChangeReader;
  readonly comparePositions: (a: LogPosition, b: LogPosition) => number;
  readonly log: Log;
  /** Calls `wake` when the workspace may have changed. A missed call delays changes by up to `pollMs`. */
  readonly wakeups: (workspaceId: string, wake: () => void) => Promise<() => unknown>;
  readonly pollMs: number;
}

const PAGE = 500;
/** Maximum number of changes in memory. They let many subscribers who resume at once share one read. */
const MAX_TRAIL = 2000;
const MAX_TRAIL_CHARS = 4 * 1024 * 1024;
const RETRY_MS = 1000;
/** Longest pause after a delivery; changes of that time are sent together. */
const MAX_REST_MS = 50;
/** With fewer subscribers a delivery costs too little to pause after it. */
const FEW = 100;

/** One workspace's log, read once for all subscribers of this process, while there are any. */
export class LogTail {
  readonly #listeners = new Set<TailListener>();
  #trail: Change[] = [];
  #chars = 0;
  /** The position after which `#trail` is complete. */
  #trailStart: LogPosition = "";
  #cursor: LogPosition = "";
  #position: LogPosition = "";
  /** The position of the last delivered change, or the start position. */
  #lastChange: LogPosition = "";
  #started: Promise<void> | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;
  #awake = false;
  /** Reads that have begun, and those who catch up: they have been sent nothing yet. */
  #reads = 0;
  #joining = 0;
  readonly #catchUps: CatchUps;
  #caughtUp = false;
  #unsubscribe: (() => unknown) | undefined;
  /** Number of subscribers behind the listeners. */
  load = 0;

  constructor(
    readonly workspaceId: string,
    private readonly options: TailOptions,
  ) {
    this.#catchUps = new CatchUps(options.comparePositions, () => options.reader.head(workspaceId));
  }

  /** Everything up to this position has been delivered. */
  get position(): LogPosition {
    return this.#position;
  }

  /** Whether a reader at this position has missed nothing. */
  complete(position: LogPosition): boolean {
    return this.options.comparePositions(position, this.#lastChange) >= 0;
  }

  /** All known changes have been sent. */
  get idle(): boolean {
    if (this.#started === undefined) return true;
    return this.#caughtUp && !this.#awake && this.#joining === 0 && ![...this.#listeners].some(({ busy }) => busy);
  }

  /**
   * Resolves once the tail has a position: `from`, or the log's end. From then on no change is skipped. Only the first
   * call decides the position; if it fails, the next one does.
   */
  start(from?: LogPosition): Promise<void> {
    this.#started ??= this.#start(from).catch((error: unknown) => {
      this.#started = undefined;
      this.#endWakeups();
      throw error;
    });
    return this.#started;
  }

  async #start(from?: LogPosition): Promise<void> {
    const { reader, wakeups } = this.options;
    this.#unsubscribe = await wakeups(this.workspaceId, () => this.wake());
    this.#requireRunning();
    this.#cursor = from ?? (await reader.head(this.workspaceId));
    this.#requireRunning();
    this.#position = this.#cursor;
    this.#lastChange = this.#cursor;
    this.#trailStart = this.#cursor;
    void this.#run();
  }

  /** Resolves when all that has committed is behind the tail, which may be late: who joins before gets what it had no right to. */
  async catchUp(): Promise<void> {
    if (this.#started === undefined || this.#stopped) return;
    this.#joining++;
    try {
      const until = await this.#catchUps.head();
      if (this.#stopped) return;
      const caughtUp = this.#catchUps.wait(this.#reads, until);
      this.wake();
      await caughtUp;
    } finally {
      this.#joining--;
    }
  }

  stop(): void {
    this.#stopped = true;
    this.wake();
    this.#catchUps.release(this.#position, Number.POSITIVE_INFINITY);
    this.#endWakeups();
  }

  #endWakeups(): void {
    void this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /** A subscriber that arrives while this closes reconnects, and gets another tail. */
  #requireRunning(): void {
    if (this.#stopped) throw new PlinthError("UNAVAILABLE", "The stream is closing; reconnect in a moment.");
  }

  wake(): void {
    this.#awake = true;
    this.#wake?.();
  }

  add(listener: TailListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: TailListener): void {
    this.#listeners.delete(listener);
  }

  /** A page after `position`, from memory if it reaches back far enough. Throws `GONE`. */
  async read(position: LogPosition): Promise<{ changes: readonly Change[]; next: LogPosition; more: boolean }> {
    const { reader, comparePositions } = this.options;
    if (this.#trailStart !== "" && comparePositions(position, this.#trailStart) >= 0) {
      const from = this.#firstAfter(position);
      const changes = this.#trail.slice(from, from + PAGE);
      // At the end of memory, the log knows whether there is more.
      if (changes.length > 0) return { changes, next: changes.at(-1)!.position, more: true };
    }
    return reader.read(this.workspaceId, position, { limit: PAGE });
  }

  /** All that committed after `position`, up to the tail's own, if memory has it and no read is needed. */
  recent(position: LogPosition): { changes: readonly Change[]; next: LogPosition } | undefined {
    const { comparePositions } = this.options;
    // While a page is delivered, it is not among them yet.
    if (this.#trailStart === "" || (this.#trail.at(-1)?.position ?? this.#trailStart) !== this.#lastChange)
      return undefined;
    if (comparePositions(position, this.#trailStart) < 0 || comparePositions(position, this.#position) > 0)
      return undefined;
    return { changes: this.#trail.slice(this.#firstAfter(position)), next: this.#position };
  }

  /** Binary search: after an outage all reconnect at once, and each comparison parses positions. */
  #firstAfter(position: LogPosition): number {
    let [from, to] = [0, this.#trail.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.options.comparePositions(this.#trail[middle]!.position, position) > 0) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        const before = this.#lastChange;
        const began = performance.now();
        const read = ++this.#reads;
        const more = await this.#step();
        this.#caughtUp = !more;
        this.#catchUps.release(this.#position, more ? undefined : read);
        if (this.load >= FEW && this.#lastChange !== before) await restAfter(began);
        if (!more) await this.#wait(this.options.pollMs);
      } catch (error) {
        this.options.log.error("the change log could not be read", { workspaceId: this.workspaceId, error });
        this.#caughtUp = false;
        this.#catchUps.fail(new PlinthError("UNAVAILABLE", "The change log cannot be read; reconnect in a moment."));
        await this.#wait(RETRY_MS);
      }
    }
  }

  async #step(): Promise<boolean> {
    const { reader } = this.options;
    let page: Awaited<ReturnType<ChangeReader["read"]>>;
    this.#awake = false;
    try {
      page = await reader.read(this.workspaceId, this.#cursor, { limit: PAGE });
    } catch (error) {
      if (!(error instanceof PlinthError) || error.code !== "GONE") throw error;
      await this.#skip();
      return true;
    }
    if (page.changes.length > 0) {
      const byCollection = Map.groupBy(page.changes, ({ collectionId }) => collectionId);
      const indexed: TailPage = { changes: page.changes, byCollection, next: page.next };
      this.#caughtUp = false;
      this.#position = page.next;
      this.#lastChange = page.changes.at(-1)!.position;
      const waits: (void | Promise<void>)[] = [];
      for (const listener of this.#listeners) waits.push(this.#deliver(listener, indexed));
      if (waits.some((wait) => wait !== undefined)) await Promise.all(waits);
      this.#keep(page.changes);
    }
    this.#cursor = page.next;
    this.#position = page.next;
    return page.more;
  }

  /** An error in one listener restarts only that listener; the others continue. */
  #deliver(listener: TailListener, page: TailPage): void | Promise<void> {
    const fail = (error: unknown): void => {
      this.options.log.error("a subscription could not be served", { workspaceId: this.workspaceId, error });
      listener.reset(page.next);
    };
    try {
      return listener.take(page)?.catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  #keep(changes: readonly Change[]): void {
    const trail = [...this.#trail, ...changes];
    for (const change of changes) this.#chars += changeChars(change);
    let drop = trail.length > MAX_TRAIL ? trail.length - MAX_TRAIL / 2 : 0;
    for (const change of trail.slice(0, drop)) this.#chars -= changeChars(change);
    while (this.#chars > MAX_TRAIL_CHARS && drop < trail.length) this.#chars -= changeChars(trail[drop++]!);
    if (drop > 0) this.#trailStart = trail.splice(0, drop).at(-1)!.position;
    this.#trail = trail;
  }

  async #skip(): Promise<void> {
    this.#cursor = await this.options.reader.head(this.workspaceId);
    this.#position = this.#cursor;
    this.#lastChange = this.#cursor;
    this.#trail = [];
    this.#chars = 0;
    this.#trailStart = this.#cursor;
    for (const listener of this.#listeners) listener.reset(this.#cursor);
  }

  #wait(ms: number): Promise<void> {
    if (this.#awake || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }
}

/**
 * As long as the delivery took, so that at most half of the time is spent on deliveries: under load changes are sent
 * together, and a change after a quiet moment is sent at once.
 */
async function restAfter(began: number): Promise<void> {
  // The hosts write to the connections after this turn.
  await sleep(0);
  await sleep(Math.min(MAX_REST_MS, performance.now() - began));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
