import { type LogPosition, PlinthError, type SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { parseToken, type ResumeState } from "./encoded-batch.ts";
import type { TailOptions } from "./log-tail.ts";
import type { NetReader } from "./net-changes.ts";
import type { OpenSubscription } from "./open-subscription.ts";
import { StreamLimits } from "./stream-limits.ts";
import { WorkspaceSubscribers } from "./workspace-subscribers.ts";

export interface BrokerOptions {
  readonly engine: Engine;
  /** A driver for the whole process. */
  readonly driver: SqlDriver;
  /** Reads each write as a whole. */
  readonly reader: NetReader;
  readonly comparePositions: (a: LogPosition, b: LogPosition) => number;
  readonly wakeups: TailOptions["wakeups"];
  readonly pollMs: number;
  /** How long changes are gathered before a live query's next result is sent. */
  readonly gatherMs?: number;
  /** Rows kept beyond a live query's window, so that a row that leaves it is replaced without a read. */
  readonly spareRows?: number;
}

/** The cost of live queries since the broker started. */
export interface LiveCounters {
  /** Results read from the database. */
  reads: number;
  /** Reads of only the rows that were missing at a window's end. */
  refills: number;
  /** Whole results and diffs that were created, for any number of subscribers. */
  snapshots: number;
  diffs: number;
}

/** The position at which a workspace's tail must start so that these miss nothing. Undefined: unknown. */
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
  readonly counters: LiveCounters = { reads: 0, refills: 0, snapshots: 0, diffs: 0 };

  readonly limits: StreamLimits;

  constructor(readonly options: BrokerOptions) {
    const { config, log } = options.engine;
    this.limits = new StreamLimits(config, log);
  }

  /**
   * The workspace's subscribers, with the log tail running from the log's end, or from the resumed subscribers'
   * positions.
   */
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
      // Another instance may have replaced it by now.
      if (this.#workspaces.get(workspaceId) === subscribers) this.#workspaces.delete(workspaceId);
      throw error;
    }
    return subscribers;
  }

  /** Number of subscribers in all workspaces. */
  get size(): number {
    return [...this.#workspaces.values()].reduce((sum, subscribers) => sum + subscribers.size, 0);
  }

  /** What is open in one workspace, or in all. */
  open(workspaceId?: string): OpenSubscription[] {
    const workspaces = [...this.#workspaces.values()];
    const those = workspaces.filter((one) => workspaceId === undefined || one.workspaceId === workspaceId);
    return those.flatMap((subscribers) => subscribers.open());
  }

  /** All known changes have been sent to all subscribers. */
  get idle(): boolean {
    return [...this.#workspaces.values()].every((subscribers) => subscribers.idle);
  }

  /** Ends all subscriptions and accepts no new ones. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#workspaces.values()];
    this.#workspaces.clear();
    await Promise.all(all.map((subscribers) => subscribers.close()));
  }

  /** Stops without ending any subscription: each subscriber was sent its position and resumes from there. */
  hibernate(): void {
    for (const subscribers of this.#workspaces.values()) subscribers.hibernate();
    this.#workspaces.clear();
  }
}
