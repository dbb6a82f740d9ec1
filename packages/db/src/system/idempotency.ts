import { type Collection, DEFAULT_WORKSPACE_ID, type Field } from "@plinth/core";

const text = (name: string): Field => ({ name, type: "longtext" });
const whole = (name: string): Field => ({ name, type: "integer" });

const FIELDS: readonly Field[] = [
  text("id"),
  text("workspace_id"),
  /** Of the request: the same key with another one is a mistake. */
  text("hash"),
  /** `claimed` until the write is done, then `committed`. */
  text("state"),
  /** Whose claim it is. */
  text("token"),
  whole("lease_until"),
  text("outcome"),
  whole("status"),
  text("etag"),
  text("body"),
  whole("created_at"),
  whole("version"),
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
  table: "plinth_idempotency",
  byName,
  stored: byName,
  createdAt: "1970-01-01T00:00:00.000Z",
};
