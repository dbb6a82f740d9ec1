import type { JsonObject } from "@plinth/core";
import type { Shapes } from "../schema/index.ts";
import { itemKey, type QueuedOperation } from "./queue.ts";
import { type HeldRow, isAsNew, type Replica, type ShapeState, versionOf } from "./replica.ts";
import type { StoreTable } from "./store.ts";
import type { ShapeChange, ShapeError, SnapshotPage, SyncAnswer } from "./wire.ts";

/** Changes an entry of the replica, and of the store in the same transaction. */
export type SetEntry = (table: StoreTable, key: string, value?: object | string) => void;

/** Settled writes are kept this long at least: another process of the server may not know of them yet. */
export const SETTLE_MS = 2000;

/** Takes over what the server says, in the order in which it means it. */
export function applyAnswer(replica: Replica, set: SetEntry, answer: SyncAnswer): void {
  const { changes, snapshots = {}, errors = {}, next } = answer;
  for (const [name, error] of Object.entries(errors)) dropShape(replica, set, name, error);
  for (const [name, { begin }] of Object.entries(snapshots)) if (begin) beginSnapshot(replica, set, name);
  for (const change of changes) applyChange(replica, set, change);
  for (const [name, page] of Object.entries(snapshots)) applyPage(replica, set, name, page);
  set("meta", "position", next);
}

/**
 * Forgets settled writes that the rows of the server include, or that concern what no shape holds. `askedAt` is when the
 * first request of the answers was made that brought the replica up to date.
 */
export function forgetSettled(replica: Replica, set: SetEntry, askedAt: number): void {
  for (const [key, { at }] of replica.settled) {
    // A clock that was set back must not keep them for ever.
    const isRecent = at <= askedAt + SETTLE_MS && at > askedAt - SETTLE_MS;
    if (!isRecent) set("settled", key);
  }
}

/** The shapes that an app asks for now: others are forgotten. */
export function reconcileShapes(replica: Replica, set: SetEntry, shapes: Shapes): void {
  for (const [name, { collection }] of [...replica.shapes]) {
    const wanted = shapes[name];
    if (wanted && (wanted.collection ?? name) === collection) continue;
    dropRows(replica, set, name);
    set("meta", `shape/${name}`);
    // It names the shape: if an app asks for it again before the next answer, the server would not send its rows.
    set("meta", "position");
  }
  for (const [name, { collection = name }] of Object.entries(shapes)) {
    if (!replica.shapes.has(name)) setShape(set, name, { collection, epoch: 0, complete: false });
  }
}

function setShape(set: SetEntry, name: string, shape: ShapeState): void {
  set("meta", `shape/${name}`, shape);
}

function beginSnapshot(replica: Replica, set: SetEntry, name: string): void {
  const shape = replica.shapes.get(name);
  if (!shape) return;
  const { collection, epoch } = shape;
  setShape(set, name, { collection, epoch: epoch + 1, complete: false });
  // What the caller could see when it was written may be hidden now.
  for (const key of replica.settled.keys()) if (key.startsWith(itemKey(collection, ""))) set("settled", key);
}

/** Forgets all rows of the server, which the caller may not read any more. */
export function dropShapes(replica: Replica, set: SetEntry, { code, message, status }: ShapeError): void {
  for (const name of [...replica.shapes.keys()]) dropShape(replica, set, name, { code, message, status });
  for (const key of [...replica.settled.keys()]) set("settled", key);
  trimBases(replica, set);
  set("meta", "position");
}

function dropShape(replica: Replica, set: SetEntry, name: string, error: ShapeError): void {
  const shape = replica.shapes.get(name);
  if (!shape) return;
  dropRows(replica, set, name);
  setShape(set, name, { collection: shape.collection, epoch: shape.epoch + 1, complete: false, error });
}

function dropRows(replica: Replica, set: SetEntry, name: string): void {
  for (const id of [...(replica.rows.get(name)?.keys() ?? [])]) dropRow(replica, set, name, id);
}

function applyChange(replica: Replica, set: SetEntry, change: ShapeChange): void {
  if (!replica.shapes.has(change.shape)) return;
  if (change.event === "leave") dropRow(replica, set, change.shape, change.id);
  else putRow(replica, set, change.shape, change.data);
}

function applyPage(replica: Replica, set: SetEntry, name: string, { rows, complete }: SnapshotPage): void {
  const shape = replica.shapes.get(name);
  if (!shape) return;
  for (const row of rows) putRow(replica, set, name, row);
  if (!complete) return;
  for (const [id, { epoch }] of [...(replica.rows.get(name) ?? [])]) {
    if (epoch < shape.epoch) dropRow(replica, set, name, id);
  }
  setShape(set, name, { ...shape, complete: true });
}

function putRow(replica: Replica, set: SetEntry, name: string, row: JsonObject): void {
  const { epoch, collection } = replica.shapes.get(name)!;
  const id = row.id as string;
  const held = replica.rows.get(name)?.get(id);
  // A snapshot may have been ahead of the changes; before it, nothing counts that is not said again.
  if (held && held.epoch === epoch && versionOf(row) < versionOf(held.row)) return;
  set("rows", `${name}/${id}`, { row, epoch } satisfies HeldRow);
  const item = itemKey(collection, id);
  const settled = replica.settled.get(item)?.row;
  if (settled && isAsNew(row, settled)) set("settled", item);
}

function dropRow(replica: Replica, set: SetEntry, name: string, id: string): void {
  const { collection } = replica.shapes.get(name)!;
  set("rows", `${name}/${id}`);
  if (!replica.held(collection, id)) set("settled", itemKey(collection, id));
}

/** What the server hides is not kept beside waiting writes either. */
export function trimBases(replica: Replica, set: SetEntry): void {
  for (const write of replica.writes()) {
    const operations = write.operations.map((operation) => trimmed(replica, operation));
    if (operations.some((operation, i) => operation !== write.operations[i])) {
      set("queue", write.key, { ...write, operations });
    }
  }
}

function trimmed(replica: Replica, operation: QueuedOperation): QueuedOperation {
  const { base, ...others } = operation;
  if (!base) return operation;
  const visible = replica.known(operation.collection, operation.id);
  if (!visible) return others;
  // A field that is hidden in this row only is null.
  const kept = Object.entries(base).filter(([field, value]) => value === null || (visible[field] ?? null) !== null);
  return kept.length === Object.keys(base).length ? operation : { ...others, base: Object.fromEntries(kept) };
}
