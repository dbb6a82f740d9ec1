import { expect } from "bun:test";
import type { JsonObject } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { checksum, type LiveRow } from "../src/realtime/live/index.ts";
import type { TestConnection } from "./realtime-support.ts";

/** A live query's result as the client holds it, built from the messages; its checksum is verified after each. */
export function copyOf(connection: TestConnection): JsonObject[] {
  let rows: LiveRow[] = [];
  for (const message of connection.messages as unknown as {
    event: string;
    rows: LiveRow[];
    ops: never[];
    checksum: string;
  }[]) {
    if (message.event === "snapshot") rows = [...message.rows];
    for (const op of (message.ops ?? []) as {
      op: string;
      at: number;
      from: number;
      id: string;
      checksum: string;
      data: JsonObject;
    }[]) {
      const row = { id: op.id, checksum: op.checksum, data: op.data };
      if (op.op === "insert") rows.splice(op.at, 0, row);
      else if (op.op === "update") rows[op.at] = row;
      else
        rows
          .splice(op.op === "move" ? op.from : op.at, 1)
          .map((moved) => op.op === "move" && rows.splice(op.at, 0, moved));
    }
    if (message.checksum) expect(checksum(rows)).toBe(message.checksum);
  }
  return rows.map(({ data }) => data);
}

/** Waits until the client's copy is what a fresh read gives. */
export async function settled(connection: TestConnection, fresh: () => Promise<unknown[]>): Promise<void> {
  let copy: unknown;
  let read: unknown;
  await until(async () => {
    copy = sorted(copyOf(connection));
    read = sorted(await fresh());
    return JSON.stringify(copy) === JSON.stringify(read);
  }).catch(() => expect(copy).toEqual(read));
}

const sorted = (rows: unknown[]): unknown[] =>
  rows.map((row) => Object.fromEntries(Object.entries(row as object).sort(([a], [b]) => (a < b ? -1 : 1))));
