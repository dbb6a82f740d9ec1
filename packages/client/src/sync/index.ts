/**
 * Offline sync: a part of the server's data on this device, with live queries, and writes that wait for a connection.
 *
 * @module
 */
export type { LocalFilter, LocalPatch, LocalRow, NewLocalRow, Shape, Shapes } from "../schema/index.ts";
export type { Conflict, ConflictPolicy, Resolution } from "./conflicts.ts";
export { newItemId } from "./ids.ts";
export { type IndexedDbOptions, indexedDbStore } from "./indexed-db.ts";
export type { LocalQuery } from "./query.ts";
export type { QueuedOperation, WriteError } from "./queue.ts";
export type { RunnerState } from "./runner.ts";
export {
  memoryStore,
  type OpenStore,
  type StoreChange,
  type StoreEntry,
  type StoreTable,
  type SyncStore,
} from "./store.ts";
export { sync } from "./sync.ts";
export type { FailedWrite, Sync, SyncBatch, SyncOptions, SyncStatus } from "./types.ts";
