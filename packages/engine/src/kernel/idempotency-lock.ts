import { type Config, DataError, type Json, type Mutation, PlinthError } from "@plinth/core";

/** A request's lock on its idempotency key, from before its write until its answer is stored. */
export interface IdempotencyLock {
  readonly id: string;
  /** Fails the write if another request has taken over the key. */
  readonly guard: Extract<Mutation, { kind: "guard" }>;
  /** Records that the write is done, in the same batch as the write itself. */
  commit(completed: CompletedWrite): Extract<Mutation, { kind: "update" }>;
  /** Stores the write's progress in the same batch as the work done so far, and extends the lease. */
  saveProgress(progress: Partial<WriteProgress>): Extract<Mutation, { kind: "update" }>;
  /** The progress of an earlier holder. */
  readonly progress?: WriteProgress;
  /** The answer for these data, where they are known before the write. */
  readonly answerFor?: (data: unknown) => StoredAnswer;
}

/**
 * What is stored of a completed write: the answer itself, or the text of a `ReplayableResult` from which it is made.
 */
export type CompletedWrite = StoredAnswer | { readonly result: string };

/** Progress of a write with several batches. Only the write itself interprets the texts. */
export interface WriteProgress {
  readonly result: string;
  readonly body: string | null;
}

export interface StoredAnswer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: string;
}

/**
 * The data from which an answer can be made again. `{"$row": [slug, id]}` represents an item as its caller may see it.
 */
export interface ReplayableResult {
  readonly created: boolean;
  readonly body: { readonly [key: string]: Json };
}

/** What an upsert did with an item. */
export type UpsertAction = "inserted" | "updated" | "ignored";

export function replayableRow(slug: string, id: string): Json {
  return { $row: [slug, id] };
}

/** How long a stored answer can be requested again. */
export function keyRetentionMs({ config }: { readonly config: Pick<Config, "idempotencyKeepHours"> }): number {
  return config.idempotencyKeepHours * 3_600_000;
}

export const LOCK_LABEL = "lock";

export function keyReused(): PlinthError {
  const message = "idempotency-key: this key was used for another request; use a new key for each write";
  return new PlinthError("VALIDATION", message, { field: "idempotency-key" });
}

export function keyTakenOver(cause: DataError): PlinthError {
  const message = "Another request with this idempotency key has taken over; send the request again to get its answer.";
  return new PlinthError("CONFLICT", message, { field: "idempotency-key", retry_after: 1 }, { cause });
}

export function isTakenOver(error: unknown): boolean {
  return error instanceof PlinthError && error.cause instanceof DataError && error.cause.guard === LOCK_LABEL;
}
