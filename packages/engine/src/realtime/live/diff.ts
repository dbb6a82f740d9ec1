import type { JsonObject, Row } from "@plinth/core";
import { hash32 } from "../../kernel/hash32.ts";

/** A row of a live result, and the checksum of its content, by which client and server compare versions of it. */
export interface LiveRow {
  readonly id: string;
  readonly checksum: string;
  readonly data: JsonObject;
}

/** Applied in order, each to the result of the one before. `at` counts from 0. */
export type Op =
  | {
      readonly op: "insert" | "update";
      readonly id: string;
      readonly at: number;
      readonly checksum: string;
      readonly data: JsonObject;
    }
  | { readonly op: "move"; readonly id: string; readonly from: number; readonly at: number }
  | { readonly op: "remove"; readonly id: string; readonly at: number };

/** The key is stored beside the row: an aggregate may name one of its results `id`. */
export function liveRow(row: Row, id = row.id as string): LiveRow {
  return { id, checksum: hash32(JSON.stringify(row)), data: row };
}

/** The operations that turn one list into the other. */
export function diff(before: readonly LiveRow[], after: readonly LiveRow[]): Op[] {
  const ops: Op[] = [];
  const indexes = new Map(after.map((row, i) => [row.id, i]));
  const list = [...before];
  for (let i = list.length - 1; i >= 0; i--) {
    if (indexes.has(list[i]!.id)) continue;
    ops.push({ op: "remove", id: list[i]!.id, at: i });
    list.splice(i, 1);
  }
  const known = new Set(list.map(({ id }) => id));
  for (let i = 0; i < after.length; i++) {
    const want = after[i]!;
    if (!known.has(want.id)) {
      ops.push({ op: "insert", id: want.id, at: i, checksum: want.checksum, data: want.data });
      list.splice(i, 0, want);
      continue;
    }
    while (list[i]!.id !== want.id) {
      const here = list[i]!;
      const from = list[i + 1]?.id === want.id ? i : list.findIndex(({ id }, j) => j > i && id === want.id);
      // A row that moves down is one move, not a move up of every row that it passes.
      const to = from === i ? Math.min(indexes.get(here.id)!, list.length - 1) : i;
      const [row] = list.splice(from, 1);
      list.splice(to, 0, row!);
      ops.push({ op: "move", id: row!.id, from, at: to });
    }
    if (list[i]!.checksum !== want.checksum) {
      ops.push({ op: "update", id: want.id, at: i, checksum: want.checksum, data: want.data });
      list[i] = want;
    }
  }
  return ops;
}

/** Of ids and checksums of rows in order: equal for equal results. */
export function checksum(rows: readonly Pick<LiveRow, "id" | "checksum">[]): string {
  return hash32(rows.map(({ id, checksum }) => `${id}:${checksum}`).join("\n"));
}
