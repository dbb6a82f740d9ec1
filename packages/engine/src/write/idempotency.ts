import { PlinthError, sha256Hex } from "@plinth/core";
import { claimTrees, type IdempotencyKey, idempotencyKeys } from "@plinth/db";
import { openedBody } from "../commit/sealed-body.ts";
import { CLAIM_LABEL, type Claim, KEY_KEPT_MS, keyReused, type Outcome, type StoredAnswer } from "../kernel/claim.ts";
import type { Scope } from "../kernel/engine.ts";
import { builtInSource } from "../kernel/sources.ts";
import { bind } from "../read/read.ts";
import { rebuildAnswer } from "./outcome.ts";

/**
 * A keyed write happens once: its request claims the key, its batch marks the key as done together with the write, and
 * its answer is kept. Who comes later gets that answer. A process that dies before the batch leaves a claim whose lease
 * runs out; one that dies after it leaves the answer, or an outcome from which it is made again. A write of several
 * batches marks with each how far it is, and whoever takes its claim over goes on from there.
 */

const LEASE_MS = 15_000;
const ATTEMPTS = 5;

export interface HeldClaim extends Claim {
  readonly token: string;
}

/** An answer that was given already, and what was kept beside it. */
export interface KeptAnswer {
  readonly answer: StoredAnswer;
  readonly outcome: string | null;
}

/** Claims the key for this request, or gives the answer that it has had. Throws where neither is possible. */
export async function claimKey(
  scope: Scope,
  request: { readonly key: string; readonly hash: string },
): Promise<{ claim: HeldClaim } | KeptAnswer> {
  const id = await keyId(scope, request.key);
  const token = crypto.randomUUID();
  const keys = keysOf(scope);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const lease_until = scope.now + LEASE_MS;
    const claimed = { id, token, hash: request.hash, lease_until, created_at: scope.now };
    if (await keys.insert(claimed, scope.principal.workspaceId)) return { claim: held(scope, id, token) };
    const key = await keys.find(id);
    // Released in between: the key is free again.
    if (!key) continue;
    if (key.created_at < scope.now - KEY_KEPT_MS && key.lease_until < scope.now) {
      await keys.delete(key);
      continue;
    }
    if (key.hash !== request.hash) throw keyReused();
    if (key.state === "committed") return { answer: await answerOf(scope, key), outcome: key.outcome };
    if (key.lease_until > scope.now) throw stillRunning();
    if (await keys.change(key, { token, lease_until })) return { claim: held(scope, id, token, key) };
  }
  throw stillRunning();
}

/** Keeps the answer of a write that was done, and gives the one that counts: the first to be kept. */
export async function keepAnswer(scope: Scope, id: string, answer: StoredAnswer): Promise<StoredAnswer> {
  const keys = keysOf(scope);
  if (await keys.keepAnswer(id, { ...answer, state: "committed" })) return answer;
  const key = await keys.find(id);
  return key && key.body !== null ? stored(scope, key, key.body) : answer;
}

/** After a refusal the key is free for another try; where something was marked, for one that goes on from there. */
export async function releaseKey(scope: Scope, { id, token }: HeldClaim): Promise<void> {
  await keysOf(scope)
    .release(id, token)
    .catch((error: unknown) => {
      scope.engine.log.warn("an idempotency key was not released", { error });
    });
}

function keysOf(scope: Scope) {
  return idempotencyKeys(builtInSource(scope.engine, scope.driver).store, bind(scope, []));
}

/** Keys are apart for each workspace and principal. */
async function keyId(scope: Scope, key: string): Promise<string> {
  const { workspaceId, kind, id } = scope.principal;
  return sha256Hex(JSON.stringify([workspaceId, kind, id ?? "anonymous", key]));
}

function held({ engine }: Scope, id: string, token: string, before?: IdempotencyKey): HeldClaim {
  const trees = claimTrees(id, token, CLAIM_LABEL);
  return {
    id,
    token,
    guard: trees.guard,
    commit: (done) => trees.set({ ...done, state: "committed" }),
    mark: (mark) => trees.set({ ...mark, lease_until: engine.clock.now() + LEASE_MS }),
    ...(before && before.outcome !== null && { marked: { outcome: before.outcome, body: before.body } }),
  };
}

async function answerOf(scope: Scope, key: IdempotencyKey): Promise<StoredAnswer> {
  if (key.body !== null) return stored(scope, key, key.body);
  // The write was done and its answer was never kept, so none was sent: any that is true now will do.
  const answer = await rebuildAnswer(scope, JSON.parse(key.outcome!) as Outcome);
  return keepAnswer(scope, key.id, answer);
}

async function stored({ engine }: Scope, { id, status, etag }: IdempotencyKey, body: string): Promise<StoredAnswer> {
  return { status: status!, etag, body: await openedBody(engine, id, body) };
}

function stillRunning(): PlinthError {
  const message = "A request with this idempotency key is still running; send the request again to get its answer.";
  return new PlinthError("CONFLICT", message, { field: "idempotency-key", retryAfter: 1 });
}
