import { type JsonObject, PlinthError } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { bytesOf } from "../../read/answer-bytes.ts";
import { encodeCursor } from "../../read/cursor.ts";
import { prepareList } from "../../read/list-query.ts";
import { readList } from "../../read/read.ts";
import type { SyncShape } from "./shape.ts";
import type { SnapshotProgress } from "./token.ts";

export interface SnapshotPage {
  readonly rows: readonly JsonObject[];
  readonly progress: SnapshotProgress;
}

/** The length of a page after one that would have taken too many bytes. */
export function shorter(limit: number): number {
  return Math.max(1, Math.floor(limit / 8));
}

/**
 * The next rows of a shape, by ascending id, so that each page costs the same. Null: not even one row fits into the rest
 * of this answer.
 */
export async function readSnapshot(
  ctx: RequestContext,
  { slug, list }: SyncShape,
  after: string,
  limit: number,
  first: boolean,
): Promise<SnapshotPage | null> {
  for (let size = limit; ; size = shorter(size)) {
    try {
      const cursor = after === "" ? null : encodeCursor("id", [after]);
      const page = await readList(ctx, prepareList(ctx, slug, { ...list, limit: size, cursor }));
      const rows = page.data as JsonObject[];
      if (ctx.budget) ctx.budget.bytes += rows.reduce((sum, row) => sum + bytesOf(row), 0);
      return { rows, progress: page.has_more ? { after: String(rows.at(-1)!.id) } : "complete" };
    } catch (error) {
      if (!isTooLong(error)) throw error;
      if (!first) return null;
      if (size === 1) throw error;
    }
  }
}

function isTooLong(error: unknown): boolean {
  return (
    error instanceof PlinthError && error.code === "LIMIT_EXCEEDED" && error.details?.max_answer_bytes !== undefined
  );
}
