import { DataError, PlinthError, sha256Hex } from "@plinth/core";
import { type IdempotencyKey, idempotencyKeys, type KeyValues, lockTrees } from "@plinth/db";
import { decryptedBody } from "../commit/encrypted-body.ts";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import {
  type IdempotencyLock,
  keyRetentionMs,
  keyReused,
  LOCK_LABEL,
  type ReplayableResult,
  type StoredAnswer,
} from "../kernel/idempotency-lock.ts";
import { loggedOf } from "../kernel/logged.ts";
import { builtInSource } from "../kernel/sources.ts";
import { replayAnswer } from "./replay.ts";

/**
 * A write with an idempotency key happens once. Its request locks the key, its batch records the key as done together
 * with the write, and its answer is stored. A repeated request gets the stored answer. A process that dies before the
 * batch leaves a lock whose lease expires. One that dies after the batch leaves the answer, or a result from which the
 * answer is made again. A write of several batches stores its progress with each batch, and a request that takes over
 * its lock continues from there.
 */

const LEASE_MS = 15_000;
const ATTEMPTS = 5;

export interface HeldLock extends IdempotencyLock {
  readonly token: string;
  /** The first request with the key. The log names it in what all of them write, so that they can be undone as one. */
  readonly requestId: string | undefined;
}

/** A stored answer, and the data stored with it. */
export interface SavedAnswer {
  readonly answer: StoredAnswer;
  readonly result: string | null;
  /** The request that wrote. Undefined: it is not known any more. */
  readonly requestId: string | undefined;
}

interface KeyedRequest {
  readonly key: string;
  readonly hash: string;
  /** Whether a stored result leaves the key to this request, because nothing was written. Throws a refusal. */
  readonly replaces?: (result: string) => boolean;
}

/** Locks the key for this request, or returns its stored answer. Throws if neither is possible. */
export async function acquireLock(
  ctx: RequestContext,
  request: KeyedRequest,
): Promise<{ lock: HeldLock } | SavedAnswer> {
  const id = await keyId(ctx, request.key);
  const token = crypto.randomUUID();
  const keys = keysOf(ctx);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const lease_until = ctx.now + LEASE_MS;
    const row = { id, token, hash: request.hash, lease_until, request_id: ctx.requestId ?? null, created_at: ctx.now };
    if (await locking(keys.insert(row, ctx.principal.workspaceId))) return { lock: held(ctx, id, token) };
    const key = await keys.find(id);
    // Released in between: the key is free again.
    if (!key) continue;
    if (key.created_at < ctx.now - keyRetentionMs(ctx.engine) && key.lease_until < ctx.now) {
      await keys.delete(key);
      continue;
    }
    if (key.hash !== request.hash) throw keyReused();
    if (key.state === "committed" && key.outcome !== null && request.replaces?.(key.outcome)) {
      await keys.delete(key);
      continue;
    }
    if (key.state === "committed") {
      return { answer: await answerOf(ctx, key), result: key.outcome, requestId: key.request_id ?? undefined };
    }
    if (key.lease_until > ctx.now + LEASE_MS) {
      // The clock was set back since: the lease lasts no longer than any other from now on.
      await keys.change(key, { lease_until });
      throw stillRunning();
    }
    if (key.lease_until > ctx.now) throw stillRunning();
    if (await locking(keys.change(key, { token, lease_until }))) return { lock: held(ctx, id, token, key) };
  }
  throw stillRunning();
}

/** The lock may have been taken, and is free again after its lease; but nothing else was written. */
function locking(work: Promise<boolean>): Promise<boolean> {
  return work.catch((error: unknown) => {
    const unknown = error instanceof DataError && error.kind === "outcome_unknown";
    throw unknown ? new DataError("unavailable", { cause: error, unreachable: true }) : error;
  });
}

/** Stores the answer of a completed write and returns the valid one: the first that was stored. */
export async function saveAnswer(ctx: RequestContext, id: string, answer: StoredAnswer): Promise<StoredAnswer> {
  const keys = keysOf(ctx);
  if (await keys.saveAnswer(id, { ...answer, state: "committed" })) return answer;
  const key = await keys.find(id);
  return key && key.body !== null ? stored(ctx, key, key.body) : answer;
}

/** After a refusal the key is free for another attempt. With stored progress, the next attempt continues from there. */
export async function releaseKey(ctx: RequestContext, { id, token }: HeldLock): Promise<void> {
  await keysOf(ctx)
    .release(id, token)
    .catch((error: unknown) => {
      ctx.engine.log.warn("an idempotency key was not released", { ...loggedOf(ctx), error });
    });
}

function keysOf(ctx: RequestContext) {
  return idempotencyKeys(builtInSource(ctx.engine, ctx.driver).store, bind(ctx, []));
}

/** Keys are separate for each workspace and principal. */
async function keyId(ctx: RequestContext, key: string): Promise<string> {
  const { workspaceId, kind, id } = ctx.principal;
  return sha256Hex(JSON.stringify([workspaceId, kind, id ?? "anonymous", key]));
}

function held({ engine, requestId }: RequestContext, id: string, token: string, before?: IdempotencyKey): HeldLock {
  const trees = lockTrees(id, token, LOCK_LABEL);
  return {
    id,
    token,
    requestId: before?.request_id ?? requestId,
    guard: trees.guard,
    commit: (completed) => trees.set({ ...columnsOf(completed), state: "committed" }),
    saveProgress: (progress) => trees.set({ ...columnsOf(progress), lease_until: engine.clock.now() + LEASE_MS }),
    ...(before && before.outcome !== null && { progress: { result: before.outcome, body: before.body } }),
  };
}

/** Results are stored in the column `outcome`. */
function columnsOf({ result, ...columns }: KeyValues & { readonly result?: string }): KeyValues {
  return result === undefined ? columns : { ...columns, outcome: result };
}

async function answerOf(ctx: RequestContext, key: IdempotencyKey): Promise<StoredAnswer> {
  if (key.body !== null) return stored(ctx, key, key.body);
  // The write succeeded but its answer was never stored, so none was sent: an answer that is correct now will do.
  const answer = await replayAnswer(ctx, JSON.parse(key.outcome!) as ReplayableResult);
  return saveAnswer(ctx, key.id, answer);
}

async function stored(
  { engine }: RequestContext,
  { id, status, etag }: IdempotencyKey,
  body: string,
): Promise<StoredAnswer> {
  return { status: status!, etag, body: await decryptedBody(engine, id, body) };
}

function stillRunning(): PlinthError {
  const message = "A request with this idempotency key is still running; send the request again to get its answer.";
  return new PlinthError("CONFLICT", message, { field: "idempotency-key", retry_after: 1 });
}
