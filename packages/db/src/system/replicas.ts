import { type Collection, DEFAULT_WORKSPACE_ID, type Field, integerField, longTextField } from "@plinth/core";

const FIELDS: readonly Field[] = [
  longTextField("id"),
  longTextField("workspace_id"),
  /** The number of its last push that was done; 0 before the first one. */
  integerField("push"),
  /** The id of that push's idempotency key. */
  longTextField("push_key"),
  integerField("pushed_at"),
  integerField("version"),
];

const byName = new Map(FIELDS.map((field) => [field.name, field]));

/** What copies on devices have pushed, as a collection, so that a push is recorded in the batch of its writes. */
export const REPLICAS: Collection = {
  slug: "plinth_replicas",
  kind: "managed",
  fields: [...FIELDS],
  id: "plinth_replicas",
  workspaceId: DEFAULT_WORKSPACE_ID,
  version: 1,
  columns: { id: "id", version: "version" },
  table: "plinth_replicas",
  byName,
  stored: byName,
  createdAt: "1970-01-01T00:00:00.000Z",
};
