import { type JsonObject, PlinthError } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { newBudget } from "../../kernel/request-budget.ts";
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

interface PageOptions {
  /** The last id that was sent, or empty. */
  readonly after: string;
  readonly limit: number;
  /** Not for a page of one row. */
  readonly maxBytes: number;
  /** Nothing else is in the answer. */
  readonly first: boolean;
}

/**
 * The next rows of a shape, by ascending id, so that each page costs the same. Null: not even one row fits into the rest
 * of this answer.
 */
export async function readSnapshot(
  ctx: RequestContext,
  { slug, list }: SyncShape,
  { after, limit, maxBytes, first }: PageOptions,
): Promise<SnapshotPage | null> {
  const budget = ctx.budget ?? newBudget(ctx.engine.config, ctx.engine.clock.now());
  const cursor = after === "" ? null : encodeCursor("id", [after]);
  for (let size = limit; ; size = shorter(size)) {
    const kept = size > 1 || !first ? Math.max(0, ctx.engine.config.maxAnswerBytes - maxBytes) : 0;
    budget.bytes += kept;
    try {
      const page = await readList({ ...ctx, budget }, prepareList(ctx, slug, { ...list, limit: size, cursor }));
      const rows = page.data as JsonObject[];
      budget.bytes += rows.reduce((sum, row) => sum + bytesOf(row), 0);
      return { rows, progress: page.has_more ? { after: String(rows.at(-1)!.id) } : "complete" };
    } catch (error) {
      if (!isTooLong(error)) throw error;
      if (!first) return null;
      if (size === 1) throw error;
    } finally {
      budget.bytes -= kept;
    }
  }
}

function isTooLong(error: unknown): boolean {
  return (
    error instanceof PlinthError && error.code === "LIMIT_EXCEEDED" && error.details?.max_answer_bytes !== undefined
  );
}
