import type { JsonObject } from "@plinth/core";
import type { SyncAnswer } from "../src/realtime/sync/index.ts";

/** A client's copy, kept as docs/sync.md says. */
export class Replica {
  readonly shapes = new Map<string, Map<string, JsonObject>>();
  /** Rows from before a snapshot, of which nothing was heard since it began. */
  readonly #old = new Map<string, Set<string>>();
  after: string | undefined;

  rows(shape: string): Map<string, JsonObject> {
    const rows = this.shapes.get(shape) ?? new Map<string, JsonObject>();
    this.shapes.set(shape, rows);
    return rows;
  }

  apply({ changes, snapshots = {}, errors = {}, next }: SyncAnswer): void {
    for (const shape of Object.keys(errors)) this.rows(shape).clear();
    for (const [shape, { begin }] of Object.entries(snapshots)) {
      if (begin) this.#old.set(shape, new Set(this.rows(shape).keys()));
    }
    for (const { shape, id, data } of changes) {
      if (data) this.#put(shape, data);
      else this.rows(shape).delete(id);
    }
    for (const [shape, { rows, complete }] of Object.entries(snapshots)) {
      for (const row of rows) this.#put(shape, row);
      if (!complete) continue;
      for (const id of this.#old.get(shape) ?? []) this.rows(shape).delete(id);
      this.#old.delete(shape);
    }
    this.after = next;
  }

  #put(shape: string, row: JsonObject): void {
    const id = String(row.id);
    this.#old.get(shape)?.delete(id);
    this.rows(shape).set(id, row);
  }
}
