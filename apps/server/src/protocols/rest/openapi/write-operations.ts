import type { ItemSchemas } from "./item-operations.ts";
import {
  COUNT,
  data,
  FLAG,
  type JsonSchema,
  listOf,
  nullable,
  type Operation,
  object,
  type Parameter,
  TEXT,
  UUID,
} from "./types.ts";

const header = (name: string, description: string): Parameter => ({ name, in: "header", description, schema: TEXT });

export const ONCE = header(
  "Idempotency-Key",
  "A text in quotes that is new for each write: sent again, it gives the first answer",
);
export const IF_MATCH = header("If-Match", 'The version that the item must have, in quotes, such as `"3"`');

export const UPSERT: readonly Parameter[] = [
  {
    name: "on_conflict",
    in: "query",
    description: "The id, a unique field or a unique set: update where it is taken",
    schema: TEXT,
  },
  {
    name: "resolution",
    in: "query",
    description: "What happens then",
    schema: { type: "string", enum: ["merge", "ignore"] },
  },
];

const OUTCOME: JsonSchema = { type: "string", enum: ["inserted", "updated", "ignored"] };

/** What became of the items of an upsert. */
export const UPSERTED = object({
  inserted: COUNT,
  updated: COUNT,
  ignored: COUNT,
  outcomes: { ...listOf(OUTCOME), description: "Of each item, in order" },
});

const selection = (filter: Parameter): Parameter[] => [
  { ...filter, required: true },
  {
    name: "limit",
    in: "query",
    description: "Write nothing where more items match",
    schema: { type: "integer", minimum: 1, maximum: 10_000, default: 1000 },
  },
  { name: "dry_run", in: "query", description: "Count only", schema: FLAG },
  { name: "all", in: "query", description: "Needed where the filter leaves nothing out", schema: FLAG },
  ONCE,
];

/** One write for all items that a filter finds. */
export function bulkOperations({ slug, patch, may }: ItemSchemas, filter: Parameter): Operation[] {
  const path = `/api/items/${slug ?? "{slug}"}`;
  const name = slug ?? "a collection";
  const id = (verb: string): string => (slug === null ? `${verb}Items` : `${verb}Many_${slug}`);
  const shared = { tag: slug ?? "Items", access: "caller", path, parameters: selection(filter) } as const;
  const result = (done: string): JsonSchema => data(object({ matched: COUNT, [done]: COUNT, dry_run: FLAG }));
  const errors = ["UNAUTHORIZED", "FORBIDDEN", "COLLECTION_NOT_FOUND", "LIMIT_EXCEEDED"] as const;
  const update: Operation = {
    ...shared,
    id: id("patch"),
    method: "patch",
    summary: `Change all items of ${name} that a filter finds`,
    body: patch,
    response: result("updated"),
    errors: [...errors, "UNIQUE_VIOLATION"],
  };
  const remove: Operation = {
    ...shared,
    id: id("delete"),
    method: "delete",
    summary: `Delete all items of ${name} that a filter finds`,
    response: result("deleted"),
    errors: [...errors, "REFERENCE_IN_USE"],
  };
  return [...(may.update ? [update] : []), ...(may.delete ? [remove] : [])];
}

const ANY_OBJECT: JsonSchema = { type: "object", additionalProperties: true };

function operation(op: string, properties: Record<string, JsonSchema>): JsonSchema {
  return object({ op: { const: op }, collection: TEXT, ...properties });
}

const VERSION = { "ifVersion?": COUNT };

/** `POST /api/batch`. */
export function batchOperation(): Operation {
  const operations = [
    operation("create", { data: ANY_OBJECT }),
    operation("update", { id: {}, data: ANY_OBJECT, ...VERSION }),
    operation("replace", { id: {}, data: ANY_OBJECT, ...VERSION }),
    operation("upsert", {
      data: ANY_OBJECT,
      onConflict: TEXT,
      "resolution?": { type: "string", enum: ["merge", "ignore"] },
    }),
    operation("delete", { id: {}, ...VERSION }),
    operation("guard", { "filter?": ANY_OBJECT, "exists?": FLAG, "count?": ANY_OBJECT }),
  ];
  return {
    id: "batch",
    method: "post",
    path: "/api/batch",
    tag: "Items",
    access: "caller",
    summary: "Writes over several collections, all or nothing",
    parameters: [ONCE],
    body: object({ operations: { ...listOf({ anyOf: operations }), minItems: 1, maxItems: 500 } }),
    response: object({
      data: listOf({ anyOf: [ANY_OBJECT, object({ id: UUID })] }),
      "meta?": object({
        outcomes: { ...listOf(nullable(OUTCOME)), description: "Of each upsert, in order; null for other operations" },
      }),
    }),
    errors: ["UNAUTHORIZED", "FORBIDDEN", "COLLECTION_NOT_FOUND", "ITEM_NOT_FOUND", "PRECONDITION_FAILED", "CONFLICT"],
  };
}
