import { isEqual, type JsonObject } from "@plinth/core";
import type { Awaitable } from "../types.ts";
import { operatorIn } from "./patch.ts";
import type { QueuedOperation, QueuedWrite } from "./queue.ts";
import { type Replica, versionOf } from "./replica.ts";

/** An item that was changed here and on the server. */
export interface Conflict {
  readonly collection: string;
  readonly id: string;
  readonly op: "update" | "delete";
  /** The server's row when the change was made. */
  readonly base: JsonObject;
  /** The changed fields; absent for a delete. */
  readonly mine: JsonObject | undefined;
  /** The server's row now. */
  readonly theirs: JsonObject;
}

/** `mine`: write it all the same. `theirs`: give it up. Or the fields to write instead. */
export type Resolution = "mine" | "theirs" | { readonly data: JsonObject };

/**
 * What happens when an item was changed here and on the server. `merge`: fields that only one side has changed are
 * kept, and where both have, the server's; a delete gives way to a change. `server`: the write is given up. `client`:
 * the changed fields are written whatever the server has. A function decides for each case.
 */
export type ConflictPolicy = "merge" | "server" | "client" | ((conflict: Conflict) => Awaitable<Resolution>);

/** The write as it can be sent now, based on the rows that the server has; undefined: nothing of it is left. */
export async function rebased(
  replica: Replica,
  write: QueuedWrite,
  policy: ConflictPolicy,
): Promise<QueuedWrite | undefined> {
  if (policy === "client") return write;
  const operations: QueuedOperation[] = [];
  for (const operation of write.operations) {
    const conflict = conflictOf(replica, operation);
    if (!conflict) {
      operations.push(operation);
      continue;
    }
    const resolution = await resolve(conflict, policy);
    if (resolution === "theirs" && policy === "server") return undefined;
    const next = resolved(operation, conflict, resolution);
    if (next) operations.push(next);
  }
  if (operations.length === 0) return undefined;
  return operations.every((operation, i) => operation === write.operations[i]) ? write : { ...write, operations };
}

function conflictOf(replica: Replica, { op, collection, id, base, data }: QueuedOperation): Conflict | undefined {
  if (op === "create" || !base) return undefined;
  const theirs = replica.known(collection, id);
  if (!theirs || versionOf(base) === 0 || versionOf(theirs) <= versionOf(base)) return undefined;
  return { collection, id, op, base, mine: data, theirs };
}

function resolve(conflict: Conflict, policy: Exclude<ConflictPolicy, "client">): Awaitable<Resolution> {
  if (typeof policy === "function") return policy(conflict);
  if (policy === "server" || !conflict.mine) return "theirs";
  return { data: merged(conflict.mine, conflict) };
}

/** Without the fields that the server has changed too. Operators change what is there, so they always fit. */
function merged(mine: JsonObject, { base, theirs }: Conflict): JsonObject {
  const kept = Object.entries(mine).filter(([name, value]) => operatorIn(value) || isEqual(base[name], theirs[name]));
  return Object.fromEntries(kept);
}

function resolved(
  operation: QueuedOperation,
  { theirs }: Conflict,
  resolution: Resolution,
): QueuedOperation | undefined {
  if (resolution === "theirs") return undefined;
  if (resolution === "mine") return { ...operation, base: theirs };
  if (Object.keys(resolution.data).length === 0) return undefined;
  return { ...operation, op: "update", data: resolution.data, base: theirs };
}
