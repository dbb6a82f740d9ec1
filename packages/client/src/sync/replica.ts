import type { Json, JsonObject } from "@plinth/core";
import { patched } from "./patch.ts";
import { itemKey, type Push, type PushCounter, type QueuedWrite, type Settled } from "./queue.ts";
import type { StoreChange, StoreEntry } from "./store.ts";
import type { ShapeError } from "./wire.ts";
import { type QueueCounts, WriteQueue } from "./write-queue.ts";

/** A shape as the replica holds it. */
export interface ShapeState {
  readonly collection: string;
  /** Grows with each snapshot: rows of an earlier one are old. */
  readonly epoch: number;
  /** A whole snapshot has been received since it began. */
  readonly complete: boolean;
  readonly error?: ShapeError;
}

/** A row as the server sent it. */
export interface HeldRow {
  readonly row: JsonObject;
  readonly epoch: number;
}

/** Which items have changed. */
export type Changed = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What a replica holds, in memory: the rows of the server, the writes that wait, and what follows from them, the rows
 * that an app sees. All changes are those of the store, so a store that is read again gives the same replica.
 */
export class Replica {
  readonly shapes = new Map<string, ShapeState>();
  readonly rows = new Map<string, Map<string, HeldRow>>();
  readonly settled = new Map<string, Settled>();
  readonly #queue = new WriteQueue();
  readonly #meta = new Map<string, Json>();
  /** Writes that change an item, by the item. */
  readonly #writesOf = new Map<string, Set<string>>();
  readonly #shown = new Map<string, Map<string, JsonObject>>();
  #changed = new Map<string, Set<string>>();

  /** Holds these entries and no others. */
  load(entries: readonly StoreEntry[]): void {
    const kept = new Set(entries.map(({ table, key }) => `${table}/${key}`));
    for (const { table, key } of this.#entries()) if (!kept.has(`${table}/${key}`)) this.apply({ table, key });
    // Shapes first: a row is shown by its shape's collection.
    for (const entry of entries) if (entry.table === "meta") this.apply(entry);
    for (const entry of entries) if (entry.table !== "meta") this.apply(entry);
  }

  /** The entry as it was. */
  apply(change: StoreChange): StoreChange {
    const { table, key, value, existing } = change;
    const before = { table, key, value: this.#valueAt(change) };
    if (existing && before.value === undefined) return before;
    if (table === "meta") this.#setMeta(key, value);
    else if (table === "rows") this.#setRow(key, value as unknown as HeldRow | undefined);
    else if (table === "settled") this.#setSettled(key, value as unknown as Settled | undefined);
    else this.#setWrite(key, value as unknown as QueuedWrite | undefined);
    return before;
  }

  get position(): string | undefined {
    return this.#meta.get("position") as string | undefined;
  }

  get push(): Push | undefined {
    return this.#meta.get("push") as unknown as Push | undefined;
  }

  get pushCounter(): PushCounter | undefined {
    return this.#meta.get("pushes") as unknown as PushCounter | undefined;
  }

  /** Counts what the tab that leads has stored. */
  get revision(): number {
    return (this.#meta.get("revision") as number | undefined) ?? 0;
  }

  /** All writes, oldest first. */
  writes(): readonly QueuedWrite[] {
    return this.#queue.all();
  }

  get writeCounts(): QueueCounts {
    return this.#queue.counts;
  }

  get lastWriteKey(): string | undefined {
    return this.#queue.lastKey;
  }

  write(key: string): QueuedWrite | undefined {
    return this.#queue.get(key);
  }

  /** The writes that change an item, failed ones too, oldest first. */
  writesOf(collection: string, id: string): QueuedWrite[] {
    const keys = this.#writesOf.get(itemKey(collection, id)) ?? [];
    return [...keys].sort().map((key) => this.#queue.get(key)!);
  }

  /** The row as an app sees it: what the server holds, with what is on its way there. */
  shown(collection: string, id: string): JsonObject | undefined {
    return this.#shown.get(collection)?.get(id);
  }

  allShown(collection: string): Iterable<JsonObject> {
    return this.#shown.get(collection)?.values() ?? [];
  }

  /** The row as the server has it, as far as is known here. */
  known(collection: string, id: string): JsonObject | undefined {
    const held = this.held(collection, id);
    const settled = this.settled.get(itemKey(collection, id));
    if (!settled) return held;
    if (!settled.row) return undefined;
    return held && isAsNew(held, settled.row) ? held : settled.row;
  }

  /** The row of all shapes that hold it; a field that several hold is of the newest. */
  held(collection: string, id: string): JsonObject | undefined {
    const found: JsonObject[] = [];
    for (const [name, shape] of this.shapes) {
      const held = shape.collection === collection ? this.rows.get(name)?.get(id) : undefined;
      if (held) found.push(held.row);
    }
    if (found.length < 2) return found[0];
    return Object.assign({}, ...found.sort((a, b) => versionOf(a) - versionOf(b)));
  }

  /** The items whose shown rows differ from when this was last called. */
  takeChanged(): Changed {
    const changed = this.#changed;
    this.#changed = new Map();
    for (const [collection, ids] of changed) for (const id of ids) this.#show(collection, id);
    return changed;
  }

  /** The collections that have rows, or writes. */
  get collections(): Iterable<string> {
    return this.#shown.keys();
  }

  *#entries(): Generator<StoreChange> {
    for (const [name, rows] of this.rows)
      for (const id of [...rows.keys()]) yield { table: "rows", key: `${name}/${id}` };
    for (const key of [...this.settled.keys()]) yield { table: "settled", key };
    for (const { key } of this.#queue.all()) yield { table: "queue", key };
    for (const key of [...this.#meta.keys()]) yield { table: "meta", key };
  }

  #valueAt({ table, key }: StoreChange): Json | undefined {
    const [shape, id] = splitKey(key);
    const value =
      table === "meta"
        ? this.#meta.get(key)
        : table === "rows"
          ? this.rows.get(shape)?.get(id)
          : table === "settled"
            ? this.settled.get(key)
            : this.#queue.get(key);
    return value as Json | undefined;
  }

  #setMeta(key: string, value: Json | undefined): void {
    if (value === undefined) this.#meta.delete(key);
    else this.#meta.set(key, value);
    const [kind, name] = splitKey(key);
    if (kind !== "shape") return;
    if (value === undefined) this.shapes.delete(name);
    else this.shapes.set(name, value as unknown as ShapeState);
  }

  #setRow(key: string, held: HeldRow | undefined): void {
    const [name, id] = splitKey(key);
    const rows = this.rows.get(name) ?? new Map<string, HeldRow>();
    this.rows.set(name, rows);
    if (held) rows.set(id, held);
    else rows.delete(id);
    const shape = this.shapes.get(name);
    if (shape) this.#touch(shape.collection, id);
  }

  #setSettled(key: string, settled: Settled | undefined): void {
    if (settled) this.settled.set(key, settled);
    else this.settled.delete(key);
    this.#touch(...splitKey(key));
  }

  #setWrite(key: string, write: QueuedWrite | undefined): void {
    const before = this.#queue.get(key);
    for (const { collection, id } of before?.operations ?? []) {
      this.#writesOf.get(itemKey(collection, id))?.delete(key);
      this.#touch(collection, id);
    }
    for (const { collection, id } of write?.operations ?? []) {
      const item = itemKey(collection, id);
      this.#writesOf.set(item, (this.#writesOf.get(item) ?? new Set()).add(key));
      this.#touch(collection, id);
    }
    this.#queue.set(key, write);
  }

  #touch(collection: string, id: string): void {
    this.#changed.set(collection, (this.#changed.get(collection) ?? new Set()).add(id));
  }

  #show(collection: string, id: string): void {
    const rows = this.#shown.get(collection) ?? new Map<string, JsonObject>();
    this.#shown.set(collection, rows);
    const item = itemKey(collection, id);
    let row = this.known(collection, id);
    if (this.#writesOf.get(item)?.size === 0) this.#writesOf.delete(item);
    for (const write of this.writesOf(collection, id)) if (!write.error) row = afterWrite(row, write, item);
    if (row) rows.set(id, row);
    else rows.delete(id);
  }
}

function afterWrite(before: JsonObject | undefined, write: QueuedWrite, item: string): JsonObject | undefined {
  let row = before;
  for (const { op, collection, id, data = {} } of write.operations) {
    if (itemKey(collection, id) !== item) continue;
    if (op === "delete") row = undefined;
    // A row that is there already is that of this create, whose answer was lost.
    else if (op === "create") row ??= { ...data, id };
    else row &&= patched(row, data);
  }
  return row;
}

/** Whether a row includes what the server has taken; unknown where versions are hidden. */
export function isAsNew(row: JsonObject, settled: JsonObject): boolean {
  return versionOf(settled) > 0 && versionOf(row) >= versionOf(settled);
}

/** 0 where the caller may not see it. */
export function versionOf(row: JsonObject): number {
  return typeof row.version === "number" ? row.version : 0;
}

function splitKey(key: string): [string, string] {
  const slash = key.indexOf("/");
  return slash < 0 ? [key, ""] : [key.slice(0, slash), key.slice(slash + 1)];
}
