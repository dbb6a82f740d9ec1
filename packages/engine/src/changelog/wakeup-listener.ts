import type { Bus, ChangeLog, Log, LogPosition } from "@plinth/core";
import { changesTopic } from "../kernel/announce.ts";

export interface WakeupOptions {
  readonly reader: ChangeLog;
  readonly bus?: Bus | undefined;
  readonly log: Log;
  /** Called before a bus message wakes the waiting callers. */
  readonly heard?: (workspaceId: string, message: string) => void;
  /** The shortest polling interval, right after a change, and the longest, while nothing happens. */
  readonly minPollMs?: number;
  readonly maxPollMs?: number;
}

const MIN_POLL_MS = 50;
const MAX_POLL_MS = 1000;

/** The callers that wait for one workspace. */
interface WorkspaceWaiters {
  readonly wakes: Set<() => void>;
  readonly unsubscribe: Promise<(() => unknown) | undefined>;
}

/**
 * Wakes callers that wait for a workspace's changes: at once on a bus message, and by polling for what the bus misses,
 * such as writes that bypass Plinth or a broken bus connection. One poll serves all workspaces.
 */
export class WakeupListener {
  readonly #waiting = new Map<string, WorkspaceWaiters>();
  #poller: Poller | undefined;

  constructor(private readonly options: WakeupOptions) {}

  /** Once it resolves, every change calls `wake` at least once. Returns the function that stops it. */
  readonly wakeups = async (workspaceId: string, wake: () => void): Promise<() => void> => {
    const own = () => wake();
    const waiting = this.#waiting.get(workspaceId) ?? this.#listen(workspaceId);
    waiting.wakes.add(own);
    const end = () => {
      waiting.wakes.delete(own);
      if (waiting.wakes.size === 0) this.#forget(workspaceId, waiting);
    };
    this.#poller ??= new Poller(this.options, (woken) => this.#wake(woken));
    try {
      await Promise.all([this.#poller.started, waiting.unsubscribe]);
    } catch (error) {
      this.#poller = undefined;
      end();
      throw error;
    }
    return end;
  };

  close(): void {
    for (const [workspaceId, waiting] of this.#waiting) this.#forget(workspaceId, waiting);
  }

  #listen(workspaceId: string): WorkspaceWaiters {
    const { bus, log } = this.options;
    const hear = (message: string) => {
      this.options.heard?.(workspaceId, message);
      this.#wake(workspaceId);
      this.#poller?.hurry();
    };
    const listening = bus?.subscribe(changesTopic(workspaceId), hear).catch((error: unknown): undefined => {
      log.warn("wake-ups cannot be received; the change log is polled instead", { bus: bus.name, error });
    });
    const unsubscribe = Promise.resolve(listening);
    const waiting: WorkspaceWaiters = { wakes: new Set<() => void>(), unsubscribe };
    this.#waiting.set(workspaceId, waiting);
    return waiting;
  }

  #forget(workspaceId: string, waiting: WorkspaceWaiters): void {
    if (this.#waiting.get(workspaceId) !== waiting) return;
    this.#waiting.delete(workspaceId);
    void waiting.unsubscribe.then((unsubscribe) => unsubscribe?.()).catch(() => {});
    if (this.#waiting.size > 0) return;
    this.#poller?.stop();
    this.#poller = undefined;
  }

  #wake(workspaceId: string): void {
    for (const wake of this.#waiting.get(workspaceId)?.wakes ?? []) wake();
  }
}

/** Polls the log's end: often after a change, then less and less often. */
class Poller {
  readonly started: Promise<void>;
  readonly #minMs: number;
  readonly #maxMs: number;
  #position: LogPosition = "";
  #wait: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(
    private readonly options: WakeupOptions,
    private readonly wake: (workspaceId: string) => void,
  ) {
    this.#minMs = options.minPollMs ?? MIN_POLL_MS;
    this.#maxMs = options.maxPollMs ?? MAX_POLL_MS;
    this.#wait = this.#minMs;
    this.started = this.#start();
  }

  /** An announced change may become visible a moment later, and more changes often follow. */
  hurry(): void {
    if (this.#wait === this.#minMs) return;
    this.#wait = this.#minMs;
    if (this.#timer !== undefined) this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #start(): Promise<void> {
    this.#position = await this.options.reader.head("");
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#poll(), this.#wait);
    // Waiting for changes must not keep a process alive.
    (this.#timer as { unref?(): void }).unref?.();
  }

  async #poll(): Promise<void> {
    this.#timer = undefined;
    try {
      const { workspaceIds, next } = await this.options.reader.touched(this.#position);
      this.#position = next;
      this.#wait = workspaceIds.length > 0 ? this.#minMs : Math.min(this.#maxMs, this.#wait * 2);
      if (!this.#stopped) for (const workspaceId of workspaceIds) this.wake(workspaceId);
    } catch (error) {
      this.#wait = this.#maxMs;
      this.options.log.warn("the change log could not be polled", { error });
    }
    this.#schedule();
  }
}
