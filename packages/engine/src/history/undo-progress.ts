import type { RequestContext } from "../kernel/engine.ts";
import type { IdempotencyLock } from "../kernel/idempotency-lock.ts";
import { commitBatch, replayableResult, type WriteBatch } from "../write/write-batch.ts";
import type { UndoTarget } from "./request-changes.ts";
import type { PreparedInverse, UndoCounts, UndoResult } from "./undo-plan.ts";
import { UndoTally } from "./undo-tally.ts";
import { writeInverses } from "./undo-writes.ts";

const NOTHING: WriteBatch = { steps: [], replay: () => replayableResult(false, {}) };

/**
 * What an undo has written so far. With an idempotency key, each batch stores it, so that a request that goes on counts
 * what an earlier one did.
 */
export class UndoProgress {
  tally: UndoTally;
  hasWritten = false;

  constructor(
    private readonly ctx: RequestContext,
    target: UndoTarget,
  ) {
    const { progress } = ctx.lock ?? {};
    const earlier = progress && (JSON.parse(progress.result) as Record<string, UndoCounts>);
    this.tally = new UndoTally(target.hasMore, earlier);
    this.hasWritten = earlier !== undefined;
  }

  /** Writes these in one batch, with the progress after it. */
  async write(inverses: readonly PreparedInverse[]): Promise<void> {
    const { ctx } = this;
    const { lock } = ctx;
    const after = this.tally.with(inverses);
    const saved = JSON.stringify(after.collections);
    await writeInverses(lock ? this.#with(lock, () => lock.saveProgress({ result: saved })) : ctx, inverses);
    this.tally = after;
    this.hasWritten = true;
  }

  /** Stores the answer, where the request has a key. */
  async end(result: UndoResult): Promise<UndoResult> {
    const { lock } = this.ctx;
    if (lock)
      await commitBatch(
        this.#with(lock, () => lock.commit({ ...lock.answerFor!(result), result: "{}" })),
        NOTHING,
      );
    return result;
  }

  #with(lock: IdempotencyLock, commit: () => ReturnType<IdempotencyLock["commit"]>): RequestContext {
    return { ...this.ctx, lock: { ...lock, commit } };
  }
}
