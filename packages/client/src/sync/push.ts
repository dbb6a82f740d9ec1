import type { Json, JsonObject } from "@plinth/core";
import { PlinthClientError } from "../index.ts";
import { randomId } from "../random-id.ts";
import type { SetEntry } from "./apply-answer.ts";
import { rebased } from "./conflicts.ts";
import { mayPass } from "./errors.ts";
import {
  dependentsOf,
  itemKey,
  type Push,
  type PushCounter,
  type QueuedOperation,
  type QueuedWrite,
  type Settled,
  type WriteError,
} from "./queue.ts";
import { versionOf } from "./replica.ts";
import type { ReplicaContext } from "./replica-context.ts";
import type { BatchOperation } from "./wire.ts";

/** Operations of one request; the server takes 500, and a small one is answered sooner. */
const MAX_OPERATIONS = 100;
/** Refusals that may pass are tried again this often. */
const MAX_ATTEMPTS = 10;

/** `behind`: an item has changed on the server, so changes have to be read first. */
export type PushResult = "idle" | "sent" | "behind";

/** Sends the oldest writes that wait, once. Throws what has to be waited for: no answer, a busy server, no session. */
export async function pushOnce(context: ReplicaContext, signal?: AbortSignal): Promise<PushResult> {
  // What is sent again may be answered with rows as they were when it was done.
  const isFirst = context.replica.push === undefined;
  const push = await nextPush(context);
  if (push === undefined) return "idle";
  try {
    const rows = await context.transport.push(push, signal);
    await context.commit((set) => settle(context, set, push, rows, isFirst));
    return "sent";
  } catch (error) {
    if (!(error instanceof PlinthClientError)) throw error;
    return isForgotten(error)
      ? forgotten(context, push, isFirst, String(error.details?.replica))
      : refused(context, push, error);
  }
}

/** The server does not know what this copy has pushed: it was away for months, or another program goes on with the same copy. */
function isForgotten({ code, details }: PlinthClientError): boolean {
  return code === "GONE" && details?.field === "x-plinth-replica";
}

/** @param copy The new name, under which the next push is the first one. */
async function forgotten(context: ReplicaContext, push: Push, isFirst: boolean, copy: string): Promise<PushResult> {
  const isCertain = isFirst || push.copy === NEW_COPY;
  await context.commit((set) => {
    set("meta", "pushes", { copy, number: 0 } satisfies PushCounter);
    // What was never sent before has not been done: it is sent again.
    if (isCertain) set("meta", "push");
    else failAll(context, set, push, UNANSWERED);
  });
  return "sent";
}

/** Under it, the server does nothing but give a name. */
const NEW_COPY = "new";

const UNANSWERED: WriteError = {
  code: "OUTCOME_UNKNOWN",
  message:
    "No answer came for so long that the server does not know any more whether it was done. Compare with what is stored, then retry or drop it.",
  status: 0,
};

/** That which was sent and not answered, or a new one, stored before it is sent. */
async function nextPush(context: ReplicaContext): Promise<Push | undefined> {
  const { replica } = context;
  if (replica.push) return replica.push;
  for (;;) {
    const chosen = choose(replica.writes());
    if (chosen.length === 0) return undefined;
    let isCurrent = true;
    const writes: QueuedWrite[] = [];
    for (const write of chosen) {
      const next = await rebased(replica, write, context.onConflict);
      // Meanwhile the app, another tab or the server may have changed it: what was decided then is void.
      isCurrent &&= replica.write(write.key) === write;
      if (!isCurrent) break;
      if (next !== write) await context.commit((set) => set("queue", write.key, next));
      if (next) writes.push(next);
    }
    if (!isCurrent || writes.length === 0) continue;
    const { copy, number } = replica.pushCounter ?? { copy: NEW_COPY, number: 0 };
    const counter: PushCounter = { copy, number: number + 1 };
    const push: Push = {
      id: randomId(),
      ...counter,
      keys: writes.map(({ key }) => key),
      operations: toSend(context, writes),
    };
    await context.commit((set) => {
      set("meta", "push", push);
      set("meta", "pushes", counter);
    });
    return push;
  }
}

/** As many as fit into one request. */
function choose(writes: readonly QueuedWrite[]): QueuedWrite[] {
  const chosen: QueuedWrite[] = [];
  let operations = 0;
  for (const write of writes) {
    if (write.error) continue;
    operations += write.operations.length;
    if (chosen.length > 0 && (write.alone || operations > MAX_OPERATIONS)) break;
    chosen.push(write);
    if (write.alone) break;
  }
  return chosen;
}

/** Only the first operation on an item states its version: the others follow in the same transaction. */
function toSend({ replica, onConflict }: ReplicaContext, writes: readonly QueuedWrite[]): Push["operations"] {
  const touched = new Set<string>();
  return writes
    .flatMap(({ operations }) => operations)
    .map((operation) => {
      const { op, collection, id, data } = operation;
      const item = itemKey(collection, id);
      const version = touched.has(item) || onConflict === "client" ? 0 : versionOf(operation.base ?? {});
      touched.add(item);
      const known = version > 0 && replica.known(collection, id) !== undefined;
      const wire: BatchOperation = {
        op,
        collection,
        ...(op === "create" ? { data: { ...data, id } } : { id, ...(data && { data }) }),
        ...(known && { if_version: version }),
      };
      return wire as unknown as { [name: string]: Json };
    });
}

function writesOf({ replica }: ReplicaContext, { keys }: Push): QueuedWrite[] {
  return keys.map((key) => replica.write(key)).filter((write) => write !== undefined);
}

/** @param isShown Whether the rows are shown until the server's changes include them. */
function settle(
  context: ReplicaContext,
  set: SetEntry,
  push: Push,
  rows: readonly (JsonObject | null)[],
  isShown = true,
): void {
  const writes = writesOf(context, push);
  set("meta", "push");
  for (const { key } of writes) set("queue", key);
  push.operations.forEach((operation, i) => {
    const { collection, op } = operation as unknown as BatchOperation;
    const id = idOf(operation as unknown as BatchOperation);
    const row = op === "delete" ? undefined : rows[i];
    if (op !== "delete" && !row?.id) return;
    if (row) baseOn(context, set, collection, id, row);
    // Where no shape can show it, the server would not say either that it has been hidden.
    const isHeld = [...context.replica.shapes.values()].some((shape) => shape.collection === collection);
    if (!isShown || !isHeld) return;
    const at = context.now();
    set("settled", itemKey(collection, id), (row ? { row, at } : { at }) satisfies Settled);
  });
}

function idOf({ id, data }: BatchOperation): string {
  return id ?? (data!.id as string);
}

/** Later writes to the item were made on top of this one, or of what has come since. */
function baseOn({ replica }: ReplicaContext, set: SetEntry, collection: string, id: string, row: JsonObject): void {
  for (const write of replica.writesOf(collection, id)) {
    const operations = write.operations.map((operation) => {
      const isOfItem = operation.op !== "create" && operation.collection === collection && operation.id === id;
      return isOfItem && versionOf(operation.base ?? {}) < versionOf(row) ? { ...operation, base: row } : operation;
    });
    if (operations.some((operation, i) => operation !== write.operations[i])) {
      set("queue", write.key, { ...write, operations });
    }
  }
}

async function refused(context: ReplicaContext, push: Push, error: PlinthClientError): Promise<PushResult> {
  const { code, status, details } = error;
  const isInProgress = code === "CONFLICT" && details?.field === "idempotency-key";
  if (isInProgress || status === 401 || mayPass(error)) throw error;
  const writes = writesOf(context, push);
  const refusedOne = writes.length === 1 ? writes[0] : writeAt(writes, details?.operation);
  if (status === 412 || code === "CONFLICT") return raced(context, push, refusedOne, error);
  if (writes.length > 1) {
    await context.commit((set) => {
      set("meta", "push");
      for (const write of refusedOne ? [refusedOne] : writes) set("queue", write.key, { ...write, alone: true });
    });
    return "sent";
  }
  const isDone = code === "ITEM_NOT_FOUND" && refusedOne?.operations.every(({ op }) => op === "delete");
  await context.commit((set) => {
    if (isDone) settle(context, set, push, []);
    else failAll(context, set, push, errorOf(error));
  });
  return "sent";
}

/** Somebody else was faster: with the rows that the server has now, the write is made anew. */
async function raced(
  context: ReplicaContext,
  push: Push,
  write: QueuedWrite | undefined,
  error: PlinthClientError,
): Promise<PushResult> {
  const attempts = (write?.attempts ?? 0) + 1;
  await context.commit((set) => {
    if (!write || attempts > MAX_ATTEMPTS) {
      failAll(context, set, push, errorOf(error));
      return;
    }
    set("meta", "push");
    // The changes have been read once: what they do not hold never comes.
    const operations =
      attempts > 1 ? write.operations.map((each) => withoutUnheld(context, set, each)) : write.operations;
    // An earlier operation of the same request may have changed the item, too.
    set("queue", write.key, { ...write, operations, attempts, alone: true });
  });
  return "behind";
}

/** What is known of an item that no shape holds is from this device's own write. It is out of date, so the server decides. */
function withoutUnheld({ replica }: ReplicaContext, set: SetEntry, operation: QueuedOperation): QueuedOperation {
  const { base, ...others } = operation;
  if (!base || replica.held(operation.collection, operation.id)) return operation;
  set("settled", itemKey(operation.collection, operation.id));
  return others;
}

/** The write that an operation of the request belongs to. */
function writeAt(writes: readonly QueuedWrite[], operation: unknown): QueuedWrite | undefined {
  if (typeof operation !== "number") return undefined;
  return writes.flatMap((write) => write.operations.map(() => write))[operation];
}

/** The writes of a push, and those that make no sense without them. */
function failAll(context: ReplicaContext, set: SetEntry, push: Push, error: WriteError): void {
  const failed = writesOf(context, push);
  set("meta", "push");
  for (const write of failed) set("queue", write.key, { ...write, error });
  const later = context.replica.writes().filter(({ error, key }) => !error && key > (failed[0]?.key ?? ""));
  for (const write of dependentsOf(failed, later)) {
    set("queue", write.key, {
      ...write,
      error: {
        code: "DEPENDS_ON_FAILED",
        message: "An earlier write that this one builds on was refused. Retry or drop that one first.",
        status: 0,
        because: failed[0]!.key,
      } satisfies WriteError,
    });
  }
}

function errorOf({ code, message, status, details }: PlinthClientError): WriteError {
  return { code, message, status, ...(details && { details: details as JsonObject }) };
}
