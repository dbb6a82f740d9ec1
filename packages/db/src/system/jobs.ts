import { type Collection, DEFAULT_WORKSPACE_ID, type Field, integerField, longTextField } from "@plinth/core";

const FIELDS: readonly Field[] = [
  longTextField("id"),
  longTextField("workspace_id"),
  longTextField("queue"),
  longTextField("kind"),
  longTextField("name"),
  longTextField("state"),
  integerField("rank"),
  integerField("run_at"),
  integerField("due_at"),
  longTextField("payload"),
  longTextField("unique_key"),
  longTextField("open_key"),
  longTextField("concurrency_key"),
  integerField("attempts"),
  integerField("max_attempts"),
  longTextField("lease"),
  longTextField("worker"),
  longTextField("progress"),
  longTextField("result"),
  longTextField("error"),
  longTextField("created_by"),
  integerField("created_at"),
  integerField("started_at"),
  integerField("finished_at"),
  integerField("version"),
  longTextField("request_id"),
  longTextField("traceparent"),
  integerField("wakes"),
];

const byName = new Map(FIELDS.map((field) => [field.name, field]));

/** Jobs as a collection, so that they are stored in the batches of items' writes. */
export const JOB_COLLECTION: Collection = {
  slug: "plinth_jobs",
  kind: "managed",
  fields: [...FIELDS],
  id: "plinth_jobs",
  workspaceId: DEFAULT_WORKSPACE_ID,
  version: 1,
  columns: { id: "id", version: "version" },
  table: "plinth_jobs",
  byName,
  stored: byName,
  createdAt: "1970-01-01T00:00:00.000Z",
};
