import type { Shapes } from "../schema/index.ts";
import type { ConflictPolicy } from "./conflicts.ts";
import { nextWriteKey } from "./ids.ts";
import type { Changed } from "./replica.ts";
import type { SyncTransport } from "./replica-context.ts";
import { openReplicator, type Replicator } from "./replicator.ts";
import { createRunner, type Runner, type RunnerStatus } from "./runner.ts";
import type { SyncStore } from "./store.ts";
import { ALONE, joinTabs, type TabMessage } from "./tabs.ts";

export interface SessionOptions {
  /** Names server, workspace and user. */
  readonly name: string;
  readonly store: SyncStore;
  readonly shapes: Shapes;
  readonly transport: SyncTransport;
  readonly onConflict: ConflictPolicy;
  readonly onChange: (changed: Changed) => void;
  readonly onStatus: () => void;
}

/** The replica of one user, open in this tab. */
export interface SyncSession {
  readonly replicator: Replicator;
  readonly status: RunnerStatus;
  /** Whether this tab talks to the server. */
  readonly leads: boolean;
  /** A write was queued. */
  push(): void;
  retryNow(): void;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function openSession(options: SessionOptions): Promise<SyncSession> {
  const { name, store, shapes, transport, onConflict, onChange, onStatus } = options;
  const open = await store.open(name);
  /** Messages wait until the store has been read: what they say may be in it already. */
  let receive = (message: TabMessage): void => void early.push(message);
  const early: TabMessage[] = [];
  const tabs = store.durable ? joinTabs(name, (message) => receive(message)) : ALONE;
  let runner: Runner | undefined;
  let closed = false;
  /** What the tab that leads has said, or why this one cannot lead. */
  let heard: RunnerStatus | undefined;

  const replicator = await openReplicator({
    store: open,
    shapes,
    transport,
    onConflict,
    now: Date.now,
    nextKey: () => nextWriteKey(Date.now(), replicator.replica.lastWriteKey),
    leads: () => runner !== undefined,
    onChange,
    onStored: (changes) => tabs.send({ kind: "stored", changes }),
  });

  const take = async (message: TabMessage): Promise<void> => {
    if (closed) return;
    if (message.kind === "stored") await replicator.follow(message.changes);
    else if (message.kind === "cleared") await restart();
    else if (message.kind === "status") {
      heard = message.status;
      onStatus();
    } else if (message.kind === "retry") runner?.retryNow();
    else if (runner) tellStatus(runner.status);
    runner?.push();
  };

  const tellStatus = ({ state, error }: RunnerStatus): void => {
    // Not every browser copies an error's own fields to another tab.
    tabs.send({ kind: "status", status: { state, ...(error && { error: new Error(error.message) }) } });
  };

  /** Begins from what is stored. */
  const restart = async (): Promise<void> => {
    await runner?.stop();
    await replicator.reload();
    if (runner && !closed) await begin();
  };

  const begin = async (): Promise<void> => {
    await replicator.lead();
    runner?.start();
  };

  const lead = async (): Promise<void> => {
    await tabs.leads;
    if (closed) return;
    // Meanwhile the tab that led before has stored more.
    await replicator.reload();
    runner = createRunner(replicator, (status) => {
      tellStatus(status);
      onStatus();
    });
    await begin();
  };

  const fail = (error: unknown): void => {
    heard = { state: "stopped", error: error as Error };
    onStatus();
  };

  lead().catch(fail);
  // One after another: a store that is read again must not hide what is said meanwhile.
  let taken: Promise<unknown> = Promise.resolve();
  receive = (message) => {
    taken = taken.then(() => take(message)).catch(fail);
  };
  for (const message of early) receive(message);
  tabs.send({ kind: "hello" });

  const retryNow = (): void => {
    if (runner) runner.retryNow();
    else tabs.send({ kind: "retry" });
  };
  // Browsers report when the network is back.
  globalThis.addEventListener?.("online", retryNow);

  return {
    replicator,
    get status() {
      return runner?.status ?? heard ?? { state: "connecting" };
    },
    get leads() {
      return runner !== undefined;
    },
    push: () => runner?.push(),
    retryNow,
    async clear() {
      await runner?.stop();
      await open.clear();
      tabs.send({ kind: "cleared" });
      await restart();
    },
    async close() {
      closed = true;
      globalThis.removeEventListener?.("online", retryNow);
      await runner?.stop();
      tabs.close();
      open.close();
    },
  };
}
