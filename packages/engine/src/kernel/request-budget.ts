import { DataError, PlinthError } from "@plinth/core";
import type { RequestContext } from "./engine.ts";

/** What the reads of one request may take together, and what they have taken. */
export class RequestBudget {
  /** Items that were counted before they were read. */
  counted = 0;
  /** Items of reads that were not counted for themselves, because all of their collection is few enough. */
  assumed = 0;
  /** About how much memory the answer's items take. */
  bytes = 0;

  constructor(
    /** The time of the clock at which no further statement starts. */
    readonly endsAt: number,
  ) {}
}

/** The budget of a request that begins now. */
export function newBudget({ statementTimeoutMs }: { readonly statementTimeoutMs: number }, now: number): RequestBudget {
  return new RequestBudget(now + statementTimeoutMs);
}

export function isOutOfTime({ budget, engine }: RequestContext): boolean {
  return budget !== undefined && engine.clock.now() > budget.endsAt;
}

/** Before each statement after the first: all of them together may take as long as one. */
export function requireTime(ctx: RequestContext, field: string): void {
  if (!isOutOfTime(ctx)) return;
  const { statementTimeoutMs } = ctx.engine.config;
  const message = `${field}: the request took longer than the ${statementTimeoutMs / 1000} s that it may; ask for less in one request`;
  throw new PlinthError("LIMIT_EXCEEDED", message, { field, statement_timeout_ms: statementTimeoutMs });
}

/** Counts what goes into the answer. */
export function spendBytes(ctx: RequestContext, bytes: number, field: string): void {
  const { maxAnswerBytes } = ctx.engine.config;
  const spent = (ctx.budget?.bytes ?? 0) + bytes;
  if (ctx.budget) ctx.budget.bytes = spent;
  if (spent > maxAnswerBytes) throw tooManyBytes(field, maxAnswerBytes);
}

/** For `catch`: a read whose rows take more than one answer may hold. */
export function refuseTooManyBytes({ engine }: RequestContext, field: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof DataError) || error.kind !== "too_many_bytes") throw error;
    throw tooManyBytes(field, engine.config.maxAnswerBytes);
  };
}

function tooManyBytes(field: string, maxAnswerBytes: number): PlinthError {
  const message = `${field}: the answer would take more than ${maxAnswerBytes} bytes; ask for fewer items, name fewer fields, or export the collection`;
  return new PlinthError("LIMIT_EXCEEDED", message, { field, max_answer_bytes: maxAnswerBytes });
}
