import { type Collection, DEFAULT_WORKSPACE_ID, type Field, integerField, longTextField } from "@plinth/core";

const FIELDS: readonly Field[] = [
  longTextField("id"),
  longTextField("workspace_id"),
  /** Of the request: the same key with another one is a mistake. */
  longTextField("hash"),
  /** `claimed` while the lock is held, then `committed`. */
  longTextField("state"),
  /** Who holds the lock. */
  longTextField("token"),
  integerField("lease_until"),
  longTextField("outcome"),
  integerField("status"),
  longTextField("etag"),
  longTextField("body"),
  integerField("created_at"),
  integerField("version"),
];

const byName = new Map(FIELDS.map((field) => [field.name, field]));

/** The idempotency keys as a collection, so that they are read and written by the same trees as items, in their batches. */
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
