import { type Collection, DEFAULT_WORKSPACE_ID, type Field, integerField, longTextField } from "@plinth/core";

const FIELDS: readonly Field[] = [
  longTextField("id"),
  longTextField("workspace_id"),
  /** Hash of the request: the same key with another request is an error. */
  longTextField("hash"),
  /** `claimed` while the lock is held, then `committed`. */
  longTextField("state"),
  /** The holder of the lock. */
  longTextField("token"),
  integerField("lease_until"),
  longTextField("outcome"),
  integerField("status"),
  longTextField("etag"),
  longTextField("body"),
  /** The first request with the key: the log names it in all changes that are made under the key. */
  longTextField("request_id"),
  integerField("created_at"),
  integerField("version"),
];

const byName = new Map(FIELDS.map((field) => [field.name, field]));

/** The idempotency keys as a collection, so that the same trees read and write them as items, in their batches. */
export const IDEMPOTENCY_KEYS: Collection = {
  slug: "plinth_idempotency",
  kind: "managed",
  fields: [...FIELDS],
  id: "plinth_idempotency",
  workspaceId: DEFAULT_WORKSPACE_ID,
  version: 1,
  columns: { id: "id", created_at: "created_at", version: "version" },
  table: "plinth_idempotency",
  byName,
  stored: byName,
  createdAt: "1970-01-01T00:00:00.000Z",
};
