import { type ChangeReader, type LogPosition, PlinthError, type SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { parseToken, type ResumeState } from "./encoded-batch.ts";
import type { TailOptions } from "./log-tail.ts";
import { WorkspaceSubscribers } from "./workspace-subscribers.ts";

export interface BrokerOptions {
  readonly engine: Engine;
  /** One that serves the whole process. */
  readonly driver: SqlDriver;
  readonly reader: ChangeReader;
  readonly comparePositions: (a: LogPosition, b: LogPosition) => number;
  readonly wakeups: TailOptions["wakeups"];
  readonly pollMs: number;
  /** How long changes are gathered before a live query's next result goes out. */
  readonly gatherMs?: number;
  /** Rows kept beyond a live query's window, so that what leaves it is followed up without reading. */
  readonly spareRows?: number;
}

/** What live queries have cost since the broker began. */
export interface LiveCounters {
  /** Results that were read from the database. */
  reads: number;
  /** Readings of only those rows that had come to lack at a window's end. */
  refills: number;
  /** Whole results and differences that were made, however many subscribers got them. */
  snapshots: number;
  diffs: number;
}

/** From where a workspace's tail has to start for these to miss nothing; undefined where that is not known. */
export function hibernatedPosition(
  resumptions: Iterable<ResumeState>,
  comparePositions: BrokerOptions["comparePositions"],
): LogPosition | undefined {
  let first: LogPosition | undefined;
  for (const { token } of resumptions) {
    const { idleAt } = parseToken(token);
    if (idleAt !== undefined && (first === undefined || comparePositions(idleAt, first) < 0)) first = idleAt;
  }
  return first;
}

/** All subscriptions of this process, by workspace. */
export class SubscriptionBroker {
  readonly #workspaces = new Map<string, WorkspaceSubscribers>();
  #closed = false;
  #taken = 0;
  readonly counters: LiveCounters = { reads: 0, refills: 0, snapshots: 0, diffs: 0 };

  constructor(readonly options: BrokerOptions) {}

  /** The workspace's subscribers, with the log's tail running: from its end, or from where those stood who are resumed. */
  async subscribersOf(workspaceId: string, from?: LogPosition): Promise<WorkspaceSubscribers> {
    if (this.#closed) throw new PlinthError("UNAVAILABLE", "The server is stopping; reconnect in a moment.");
    let subscribers = this.#workspaces.get(workspaceId);
    if (!subscribers) {
      const created = new WorkspaceSubscribers(workspaceId, this.options, this.counters, () => {
        if (this.#workspaces.get(workspaceId) === created) this.#workspaces.delete(workspaceId);
      });
      subscribers = created;
      this.#workspaces.set(workspaceId, subscribers);
    }
    try {
      await subscribers.tail.start(from);
    } catch (error) {
      subscribers.tail.stop();
      // Another one may have taken its place by now.
      if (this.#workspaces.get(workspaceId) === subscribers) this.#workspaces.delete(workspaceId);
      throw error;
    }
    return subscribers;
  }

  /**
   * Reserves one of the streams that the server may have; throws where there are none left. Nothing is waited for, so
   * that no two take the last one. Gives what gives it back, once.
   */
  reserve(): () => void {
    const { maxStreams } = this.options.engine.config;
    if (this.#taken >= maxStreams) {
      throw new PlinthError(
        "UNAVAILABLE",
        `This server already serves ${maxStreams} streams, its limit; try again later.`,
      );
    }
    this.#taken++;
    let held = true;
    return () => {
      if (held) this.#taken--;
      held = false;
    };
  }

  /** Subscribers of all workspaces. */
  get size(): number {
    return [...this.#workspaces.values()].reduce((sum, subscribers) => sum + subscribers.size, 0);
  }

  /** Everything that is known has been sent to everybody. */
  get idle(): boolean {
    return [...this.#workspaces.values()].every((subscribers) => subscribers.idle);
  }

  /** Ends all, and lets nobody in any more. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#workspaces.values()];
    this.#workspaces.clear();
    await Promise.all(all.map((subscribers) => subscribers.close()));
  }

  /** Stops, and ends no subscriber: each has been sent its position, to be resumed from there. */
  hibernate(): void {
    for (const subscribers of this.#workspaces.values()) subscribers.hibernate();
    this.#workspaces.clear();
  }
}
