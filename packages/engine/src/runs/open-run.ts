import {
  countRunSpans,
  endRun,
  insertRunSpans,
  type RunProof,
  type RunRow,
  type RunSpanRow,
  storeRunningRow,
} from "@plinth/db";
import { lifecycleOf } from "../kernel/lifecycle.ts";
import { spanIdIn, type TraceContext } from "../kernel/trace.ts";
import { untilNoted } from "../kernel/until-noted.ts";
import { noteRun } from "./counts.ts";
import { storeEnded } from "./record-run.ts";
import { type EndedRun, endedRunRow, type NewRun, newRunRow, type RunContext, type RunOutcome } from "./run.ts";
import { SpanLog, type WithSpan } from "./spans.ts";

/** A run that is under way. */
export interface OpenRun {
  /** What it starts has it as its parent. */
  readonly trace: TraceContext;
  readonly span: WithSpan;
}

/** One that is stored already: anybody sees it and its spans while it is under way. */
export interface BegunRun extends OpenRun {
  readonly id: string;
  /** What ran has happened, even if this cannot be stored: that is logged. */
  end(outcome: RunOutcome): Promise<void>;
}

/**
 * Begins a run that takes long. With the `id` of an earlier one it goes on: its spans and its start stay. It must be ended, whatever
 * happens; one that names a job ends as that does, once that has ended without it, and as `lost` where it is gone.
 */
export async function beginRun(
  ctx: RunContext,
  run: NewRun & {
    readonly id?: string | undefined;
    /** The id is one that nothing is stored of yet. */
    readonly isNew?: boolean | undefined;
    /** Who has lost it stores neither the beginning nor the end. */
    readonly proof?: RunProof | undefined;
  },
): Promise<BegunRun> {
  const { engine, driver } = ctx;
  const { id, isNew = id === undefined, proof } = run;
  // Its span follows from its id, so that what an earlier part has stored belongs to the same one.
  const made = newRunRow(ctx, id === undefined ? run : { spanId: spanIdIn(id), ...run });
  const row: RunRow = id === undefined ? made : { ...made, id };
  await storeRunningRow(driver, row, proof);
  const before = isNew ? 0 : await countRunSpans(driver, row.id);
  const log = new SpanLog(engine, row, (span) => storeSpan(ctx, span), before);
  return {
    ...opened(row, log),
    id: row.id,
    async end({ status, error }) {
      noteRun(engine, row);
      const ended = { status, now: engine.clock.now(), error: error ? JSON.stringify(error) : null };
      const query = endRun(driver, row.id, ended, proof);
      const store = untilNoted(
        () => driver.run(query),
        () => lifecycleOf(engine).stopping,
      );
      await store.catch((failure: unknown) => {
        engine.log.error("the end of a run could not be logged", { run: row.id, error: failure });
      });
    },
  };
}

async function storeSpan({ engine, driver }: RunContext, span: RunSpanRow): Promise<void> {
  try {
    await driver.run(insertRunSpans(driver, [span]));
  } catch (error) {
    engine.log.error("a part of a run could not be logged", { run: span.runId, span: span.name, error });
  }
}

/** One of which nothing is stored before it ends: then it and its spans are, in one batch. */
export interface CollectedRun extends OpenRun {
  /** Returns the run's id. `more`: what was not known at its start. */
  end(more: Omit<EndedRun, keyof NewRun> & Pick<NewRun, "attributes">): Promise<string>;
  /** Adds to numbers among its attributes. */
  count(amounts: Readonly<Record<string, number>>): void;
}

/** Begins a run that is short. */
export function collectRun(ctx: RunContext, run: NewRun): CollectedRun {
  const begun = newRunRow(ctx, run);
  const spans: RunSpanRow[] = [];
  const counted: Record<string, number> = {};
  const log = new SpanLog(ctx.engine, begun, (span) => void spans.push(span));
  return {
    ...opened(begun, log),
    count(amounts) {
      for (const [name, amount] of Object.entries(amounts)) counted[name] = (counted[name] ?? 0) + amount;
    },
    async end({ attributes, ...outcome }) {
      const all = {
        ...run.attributes,
        ...attributes,
        ...counted,
        ...(log.leftOut > 0 && { "plinth.spans_left_out": log.leftOut }),
      };
      const { startedAt, spanId, traceId } = begun;
      // Its id is of this moment: lists are in the order in which runs are stored.
      const row = { ...endedRunRow(ctx, { ...run, ...outcome, attributes: all, startedAt, spanId }), traceId };
      const { id } = row;
      await storeEnded(
        ctx,
        row,
        spans.map((span) => ({ ...span, runId: id })),
      );
      return id;
    },
  };
}

function opened({ traceId, spanId }: RunRow, { span }: SpanLog): OpenRun {
  return { trace: { traceId, spanId }, span };
}
