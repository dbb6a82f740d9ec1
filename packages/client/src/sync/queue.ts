import type { Json, JsonObject } from "@plinth/core";

/** A change of one item, as it waits for the server. */
export interface QueuedOperation {
  readonly op: "create" | "update" | "delete";
  readonly collection: string;
  readonly id: string;
  /** Of a create, the item; of an update, the changed fields. */
  readonly data?: JsonObject;
  /** The server's row when the change was made; absent where none was known, or it has been hidden since. */
  readonly base?: JsonObject;
}

export interface WriteError {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly details?: JsonObject;
  /** The failed write that this one depends on; it was not sent itself. */
  readonly because?: string;
}

/** Operations that happen together. */
export interface QueuedWrite {
  /** Names the write and gives its place in the order. */
  readonly key: string;
  /** When it was made, by this device's clock. */
  readonly at: string;
  readonly operations: readonly QueuedOperation[];
  /** The server has refused it. */
  readonly error?: WriteError;
  /** It was refused, or too large, beside others: is sent by itself. */
  readonly alone?: true;
  /** How often it was sent in vain although the server might take it. */
  readonly attempts?: number;
}

/** What was sent and not answered yet. It is sent again unchanged until there is an answer. */
export interface Push {
  /** The idempotency key. */
  readonly id: string;
  /** The copy as the server knows it, and which of its pushes this is. */
  readonly copy: string;
  readonly number: number;
  readonly keys: readonly string[];
  readonly operations: readonly { readonly [name: string]: Json }[];
}

/** How the server knows this copy: it numbers its pushes, so that each is known for months after it was done. */
export interface PushCounter {
  readonly copy: string;
  /** Of the last push. */
  readonly number: number;
}

/** What the server has taken, until the changes that it sends include it. */
export interface Settled {
  /** Absent: the item was deleted. */
  readonly row?: JsonObject;
  /** When the answer came, in milliseconds by this device's clock. */
  readonly at: number;
}

export function itemKey(collection: string, id: string): string {
  return `${collection}/${id}`;
}

/** The later writes that make no sense without these: they change the same items, or refer to items created there. */
export function dependentsOf(failed: readonly QueuedWrite[], later: readonly QueuedWrite[]): QueuedWrite[] {
  const items = new Set<string>();
  const created = new Set<string>();
  const add = (write: QueuedWrite): void => {
    for (const { op, collection, id } of write.operations) {
      items.add(itemKey(collection, id));
      if (op === "create") created.add(id);
    }
  };
  failed.forEach(add);
  return later.filter((write) => {
    const depends = write.operations.some(
      ({ collection, id, data }) => items.has(itemKey(collection, id)) || mentions(data, created),
    );
    if (depends) add(write);
    return depends;
  });
}

function mentions(value: Json | undefined, ids: ReadonlySet<string>): boolean {
  if (ids.size === 0) return false;
  if (typeof value === "string") return ids.has(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => mentions(inner, ids));
}
