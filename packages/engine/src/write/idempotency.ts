import {
  and,
  type Condition,
  DataError,
  FULL_ACCESS,
  type Mutation,
  PlinthError,
  type Row,
  sha256Hex,
} from "@plinth/core";
import { IDEMPOTENCY_KEYS as KEYS } from "@plinth/db";
import { openedBody } from "../commit/sealed-body.ts";
import {
  CLAIM_LABEL,
  type Claim,
  KEY_KEPT_MS,
  keyReused,
  type Mark,
  type Outcome,
  type StoredAnswer,
} from "../kernel/claim.ts";
import type { Scope } from "../kernel/engine.ts";
import { hasId, hasValues } from "../read/conditions.ts";
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
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await insertClaim(scope, id, token, request.hash)) return { claim: held(scope, id, token) };
    const row = await findKey(scope, id);
    // Released in between: the key is free again.
    if (!row) continue;
    if ((row.created_at as number) < scope.now - KEY_KEPT_MS && (row.lease_until as number) < scope.now) {
      await write(scope, { kind: "delete", collection: KEYS, where: isState(row) });
      continue;
    }
    if (row.hash !== request.hash) throw keyReused();
    if (row.state === "committed") return { answer: await answerOf(scope, row), outcome: row.outcome as string | null };
    if ((row.lease_until as number) > scope.now) throw stillRunning();
    if (await takeOver(scope, row, token)) return { claim: held(scope, id, token, row) };
  }
  throw stillRunning();
}

/** Keeps the answer of a write that was done, and gives the one that counts: the first to be kept. */
export async function keepAnswer(scope: Scope, id: string, answer: StoredAnswer): Promise<StoredAnswer> {
  const noAnswer: Condition = { kind: "null", ref: { field: KEYS.byName.get("body")! } };
  const kept = await write(scope, {
    kind: "update",
    collection: KEYS,
    where: and(hasId(KEYS, id), noAnswer),
    set: { ...answer, state: "committed" },
  });
  if (kept > 0) return answer;
  const row = await findKey(scope, id);
  return row && row.body !== null ? stored(scope, row) : answer;
}

/** After a refusal the key is free for another try; where something was marked, for one that goes on from there. */
export async function releaseKey(scope: Scope, { id, token }: HeldClaim): Promise<void> {
  const where = isHeldBy(id, token);
  const unmarked: Condition = { kind: "null", ref: { field: KEYS.byName.get("outcome")! } };
  const trees: Mutation[] = [
    { kind: "delete", collection: KEYS, where: and(where, unmarked) },
    { kind: "update", collection: KEYS, where, set: { lease_until: 0 } },
  ];
  await scope.store.mutate(trees, bind(scope, [])).catch((error: unknown) => {
    scope.engine.log.warn("an idempotency key was not released", { error });
  });
}

/** Keys are apart for each workspace and principal. */
async function keyId(scope: Scope, key: string): Promise<string> {
  const { workspaceId, kind, id } = scope.principal;
  return sha256Hex(JSON.stringify([workspaceId, kind, id ?? "anonymous", key]));
}

function held({ engine }: Scope, id: string, token: string, { outcome, body }: Row = {}): HeldClaim {
  const where = isHeldBy(id, token);
  return {
    id,
    token,
    guard: { kind: "guard", label: CLAIM_LABEL, collection: KEYS, where, strict: true },
    commit: (done) => ({ kind: "update", collection: KEYS, where, set: { ...done, state: "committed" } }),
    mark: (mark) => ({
      kind: "update",
      collection: KEYS,
      where,
      set: { ...mark, lease_until: engine.clock.now() + LEASE_MS },
    }),
    ...(typeof outcome === "string" && { marked: { outcome, body } as Mark }),
  };
}

function isHeldBy(id: string, token: string): Condition {
  return hasValues(KEYS, ["id", "token", "state"], { id, token, state: "claimed" });
}

/** False where the key is known already. */
async function insertClaim(scope: Scope, id: string, token: string, hash: string): Promise<boolean> {
  const row: Row = {
    id,
    workspace_id: scope.principal.workspaceId,
    hash,
    state: "claimed",
    token,
    lease_until: scope.now + LEASE_MS,
    outcome: null,
    status: null,
    etag: null,
    body: null,
    created_at: scope.now,
    version: 1,
  };
  try {
    await write(scope, { kind: "insert", collection: KEYS, rows: [row] });
    return true;
  } catch (error) {
    if (error instanceof DataError && error.kind === "unique") return false;
    throw error;
  }
}

async function takeOver(scope: Scope, row: Row, token: string): Promise<boolean> {
  const set = { token, lease_until: scope.now + LEASE_MS };
  return (await write(scope, { kind: "update", collection: KEYS, where: isState(row), set })) > 0;
}

/** Still as it was read: a holder that is late after all has not marked anything since. */
function isState(row: Row): Condition {
  return hasValues(KEYS, ["id", "token", "state", "lease_until"], row);
}

async function answerOf(scope: Scope, row: Row): Promise<StoredAnswer> {
  if (row.body !== null) return stored(scope, row);
  // The write was done and its answer was never kept, so none was sent: any that is true now will do.
  const answer = await rebuildAnswer(scope, JSON.parse(row.outcome as string) as Outcome);
  return keepAnswer(scope, row.id as string, answer);
}

async function stored({ engine }: Scope, row: Row): Promise<StoredAnswer> {
  const body = await openedBody(engine, row.id as string, row.body as string);
  return { status: row.status as number, etag: row.etag as string | null, body };
}

async function findKey(scope: Scope, id: string): Promise<Row | undefined> {
  const { rows } = await scope.store.find(
    {
      collection: KEYS,
      access: FULL_ACCESS,
      where: hasId(KEYS, id),
      select: null,
      sort: [],
      limit: { value: 1 },
    },
    bind(scope, []),
  );
  return rows[0];
}

async function write(scope: Scope, tree: Mutation): Promise<number> {
  const [result] = await scope.store.mutate([tree], bind(scope, []));
  return result!.changes;
}

function stillRunning(): PlinthError {
  const message = "A request with this idempotency key is still running; send the request again to get its answer.";
  return new PlinthError("CONFLICT", message, { field: "idempotency-key", retryAfter: 1 });
}
