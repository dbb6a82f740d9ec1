import type { Json } from "@plinth/core";

/** What is kept: rows of shapes, queued and failed writes, answered writes, and the position with its like. */
export type StoreTable = "rows" | "queue" | "settled" | "meta";

export const STORE_TABLES: readonly StoreTable[] = ["rows", "queue", "settled", "meta"];

/** Without `value`, the entry is deleted. */
export interface StoreChange {
  readonly table: StoreTable;
  readonly key: string;
  readonly value?: Json | undefined;
  /** Only where the entry is there: another tab may have deleted it. */
  readonly existing?: true;
}

export interface StoreEntry {
  readonly table: StoreTable;
  readonly key: string;
  readonly value: Json;
}

/** The data of one user on one server. */
export interface OpenStore {
  /** All entries. */
  read(): Promise<StoreEntry[]>;
  /** All changes or none, durably; in the order of the calls, even if one is made before another has answered. */
  write(changes: readonly StoreChange[]): Promise<void>;
  /** Deletes all entries. */
  clear(): Promise<void>;
  close(): void;
}

/** Where a replica is kept between two starts. */
export interface SyncStore {
  /** Whether what is written outlives the program, so that other tabs and later starts find it. */
  readonly durable: boolean;
  /** @param name Names server, workspace and user: stores of different names share nothing. */
  open(name: string): Promise<OpenStore>;
}

/** Entries, each by a name of its own. */
export type Entries = Map<string, StoreEntry>;

export function applyTo(entries: Entries, changes: readonly StoreChange[]): void {
  for (const { table, key, value, existing } of changes) {
    const at = `${table}/${key}`;
    if (existing && !entries.has(at)) continue;
    if (value === undefined) entries.delete(at);
    else entries.set(at, { table, key, value });
  }
}

/** In memory: nothing outlives the program. */
export function memoryStore(): SyncStore {
  const stores = new Map<string, Entries>();
  return {
    durable: false,
    async open(name) {
      const entries = stores.get(name) ?? new Map();
      stores.set(name, entries);
      return {
        read: async () => [...entries.values()],
        async write(changes) {
          applyTo(entries, changes);
        },
        clear: async () => entries.clear(),
        close: () => undefined,
      };
    },
  };
}
