import type { Json } from "@plinth/core";
import type { Shapes } from "../schema/index.ts";
import { reconcileShapes, type SetEntry } from "./apply-answer.ts";
import type { ConflictPolicy } from "./conflicts.ts";
import { createPuller, type PullResult } from "./pull.ts";
import { type PushResult, pushOnce } from "./push.ts";
import type { QueuedOperation, QueuedWrite } from "./queue.ts";
import { type Changed, Replica } from "./replica.ts";
import type { ReplicaContext, SyncTransport } from "./replica-context.ts";
import type { OpenStore, StoreChange, StoreTable } from "./store.ts";

export interface ReplicatorOptions {
  readonly store: OpenStore;
  readonly shapes: Shapes;
  readonly transport: SyncTransport;
  readonly onConflict: ConflictPolicy;
  readonly now: () => number;
  /** A name for a write that comes after all others. */
  readonly nextKey: () => string;
  /** Whether this tab talks to the server. */
  readonly leads: () => boolean;
  /** After each change of what an app sees. */
  readonly onChange: (changed: Changed) => void;
  /** What was stored, for other tabs. */
  readonly onStored: (changes: readonly StoreChange[]) => void;
}

/** A replica with its store and its server. What it does when, others decide. */
export interface Replicator {
  readonly replica: Replica;
  /** Follows the shapes that are asked for now; only in the tab that leads. */
  lead(): Promise<void>;
  /** Shows a write at once; fulfilled when it is stored. */
  write(operations: readonly Omit<QueuedOperation, "base">[]): Promise<void>;
  pull(wait: boolean, signal?: AbortSignal): Promise<PullResult>;
  push(signal?: AbortSignal): Promise<PushResult>;
  /** Queues a failed write again, with those that were held for it. */
  retry(key: string): Promise<void>;
  /** Gives up a failed write. Those that were held for it are queued again. */
  drop(key: string): Promise<void>;
  /** Ends what is open to the server. */
  end(): void;
  /** What another tab has stored. */
  follow(changes: readonly StoreChange[]): Promise<void>;
  /** Reads the store again. */
  reload(): Promise<void>;
}

/** Where the store counts what the leading tab has stored, so that others notice what they have missed. */
const REVISION = "revision";

export async function openReplicator(options: ReplicatorOptions): Promise<Replicator> {
  const { store, shapes, transport, onConflict, now, nextKey, leads, onChange, onStored } = options;
  const replica = new Replica();
  replica.load(await store.read());
  onChange(replica.takeChanged());

  const publish = (): void => {
    const changed = replica.takeChanged();
    if (changed.size > 0) onChange(changed);
  };

  const transact = async (work: (set: SetEntry) => void, existing?: true): Promise<void> => {
    const changes: StoreChange[] = [];
    const undo: StoreChange[] = [];
    const set = (table: StoreTable, key: string, value?: unknown): void => {
      const change: StoreChange = { table, key, value: value as Json | undefined, ...(existing && { existing }) };
      changes.push(change);
      undo.push(replica.apply(change));
    };
    work(set);
    if (changes.length === 0) return;
    if (leads()) set("meta", REVISION, replica.revision + 1);
    publish();
    try {
      await store.write(changes);
    } catch (error) {
      for (const change of undo.reverse()) replica.apply(change);
      publish();
      throw error;
    }
    onStored(changes);
  };

  const context: ReplicaContext = { replica, shapes, transport, onConflict, now, commit: transact };
  const puller = createPuller(context);

  const reload = async (): Promise<void> => {
    replica.load(await store.read());
    publish();
  };

  /** The leading tab has sent and deleted a write before another tab's message about it arrived. */
  const isGone = ({ table, key, value }: StoreChange): boolean => {
    if (table !== "queue") return false;
    if (value === undefined) gone.add(key);
    return value !== undefined && gone.has(key);
  };
  const gone = new Set<string>();

  const failed = (key: string): QueuedWrite => {
    const write = replica.write(key);
    if (!write?.error) throw new TypeError(`there is no failed write ${key.slice(0, 100)}`);
    return write;
  };
  const heldFor = (key: string): QueuedWrite[] => replica.writes().filter(({ error }) => error?.because === key);

  return {
    replica,
    lead: () => transact((set) => reconcileShapes(replica, set, shapes)),
    pull: puller.pull,
    push: (signal) => pushOnce(context, signal),
    end: () => transport.end?.(),
    async write(operations) {
      const key = nextKey();
      const based = operations.map((operation): QueuedOperation => {
        const base = operation.op === "create" ? undefined : replica.known(operation.collection, operation.id);
        return base ? { ...operation, base } : operation;
      });
      await transact((set) => set("queue", key, { key, at: new Date(now()).toISOString(), operations: based }));
    },
    async retry(key) {
      const writes = [failed(key), ...heldFor(key)];
      await transact((set) => {
        for (const write of writes) set("queue", write.key, waiting(write));
      }, true);
    },
    async drop(key) {
      failed(key);
      const held = heldFor(key);
      await transact((set) => {
        set("queue", key);
        for (const write of held) set("queue", write.key, waiting(write));
      }, true);
    },
    async follow(changes) {
      const revision = changes.find(({ table, key }) => table === "meta" && key === REVISION)?.value as
        | number
        | undefined;
      // This tab was frozen, or began later.
      if (revision !== undefined && revision !== replica.revision + 1) return reload();
      for (const change of changes) if (!isGone(change)) replica.apply(change);
      publish();
    },
    reload,
  };
}

/** As it was before it failed. */
function waiting({ error: _, attempts: __, ...write }: QueuedWrite): QueuedWrite {
  return write;
}
