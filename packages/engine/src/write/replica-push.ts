import { type DataError, type Mutation, PlinthError, sha256Hex } from "@plinth/core";
import { firstPushTree, pushTrees, replicas } from "@plinth/db";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { keyTakenOver } from "../kernel/idempotency-lock.ts";
import { builtInSource } from "../kernel/sources.ts";
import type { WriteOperation } from "./write-batch.ts";

/**
 * A copy on a device numbers its pushes, and makes the next one only once it knows what became of the last. Of each copy
 * the server keeps the last number that was done, in the batch that did it. So a push is known long after its idempotency
 * key was forgotten, and costs one row for each device, not for each write.
 */
export interface ReplicaPush {
  /** Given by the server: see `nameFor`. `new` asks for one. */
  readonly replica: string;
  /** From 1 on, and growing. */
  readonly number: number;
}

/** How long a copy that pushes nothing is remembered. */
export const REPLICA_KEEP_MS = 90 * 86_400_000;

/** A copy that has no name yet; nothing happens under it. */
const NEW_REPLICA = "new";
const TIME_RADIX = 36;
/** A copy that has just got so old may have been forgotten at any moment of the next cleanup. */
const MARGIN_MS = 86_400_000;
const FIELD = "x-plinth-replica";
const LABEL = "replica";

/**
 * What must be written together with a push, or `done`: it was done before.
 *
 * @throws GONE with a new name of the copy where the server cannot know: it has forgotten the copy, or another program goes
 *   on with the same one.
 */
export async function beginPush(
  ctx: RequestContext,
  { replica, number }: ReplicaPush,
): Promise<WriteOperation | "done"> {
  const { principal, now, lock } = ctx;
  const { workspaceId, kind, id: caller } = principal;
  const id = await sha256Hex(JSON.stringify(["replica", workspaceId, kind, caller ?? "anonymous", replica]));
  const known = replicas(builtInSource(ctx.engine, ctx.driver).store, bind(ctx, []));
  const row = await known.find(id);
  const pushed = { id, push: number, push_key: lock!.id, pushed_at: now };
  if (!row) {
    // Every push of a younger copy that was done would still be known. Others before it were refused.
    if (madeAt(replica) < now - REPLICA_KEEP_MS + MARGIN_MS) throw forgotten(now);
    return recording([firstPushTree(pushed, workspaceId)]);
  }
  if (row.push === number && row.push_key === lock!.id) return "done";
  // It may only not have been deleted yet, so its age alone decides.
  if (row.push >= number || row.pushed_at < now - REPLICA_KEEP_MS) throw forgotten(now);
  return recording(pushTrees(pushed, LABEL));
}

function recording(trees: readonly Mutation[]): WriteOperation {
  // Another request of the copy was faster: the next attempt finds what it has done.
  const explain = (error: DataError, reason: string | undefined): unknown =>
    reason === LABEL || error.kind === "unique" ? keyTakenOver(error) : error;
  return { steps: [{ trees, explain }], answer: () => null, replay: () => null };
}

/** It begins with the server's time, so that its age can be told without a row for it. */
function nameFor(now: number): string {
  return `${now.toString(TIME_RADIX)}-${crypto.randomUUID()}`;
}

/** 0 for a name that the server has not given. */
function madeAt(name: string): number {
  const time = Number.parseInt(name.split("-")[0]!, TIME_RADIX);
  return name === NEW_REPLICA || !Number.isSafeInteger(time) ? 0 : time;
}

function forgotten(now: number): PlinthError {
  const message =
    "The server does not know what this copy has pushed, so this push may have happened or not, unless it was never sent before. Go on under the name in details.replica.";
  return new PlinthError("GONE", message, { field: FIELD, replica: nameFor(now) });
}
