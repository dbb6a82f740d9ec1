// The document's shared descriptions of items. All of it is built when the document is.
import { OPERATORS } from "@plinth/core";
import {
  COUNT,
  data,
  FLAG,
  type JsonSchema,
  listOf,
  nullable,
  object,
  type Parameter,
  ref,
  TEXT,
} from "../../http/openapi/json-schema.ts";
import type { Described, ItemSchemas } from "../../http/route.ts";

/** The shared definition of all item routes. */
export const ITEMS = {
  tag: ({ slug }: ItemSchemas) => slug ?? "Items",
  access: "caller",
  scope: "items",
  response: ({ item }: ItemSchemas) => data(item),
} as const;

export const READ_ERRORS = ["UNAUTHORIZED", "FORBIDDEN", "COLLECTION_NOT_FOUND", "FIELD_FORBIDDEN"] as const;
export const WRITE_ERRORS = ["UNAUTHORIZED", "FORBIDDEN", "COLLECTION_NOT_FOUND", "BEFORE_WRITE_FAILED"] as const;

/** `listItem` for any collection, `list_films` for one. */
export function itemId(verb: string): Described<string> {
  return ({ slug }) => (slug === null ? `${verb}Item` : `${verb}_${slug}`);
}

/** `List items of films`: `…` is replaced by the collection. */
export function about(summary: string): Described<string> {
  return ({ slug }) => summary.replace("…", slug ?? "a collection");
}

const parameter = (location: Parameter["in"]) => {
  return (name: string, description: string, schema: JsonSchema = TEXT): Parameter => ({
    name,
    in: location,
    description,
    schema,
  });
};
export const query = parameter("query");
export const header = parameter("header");

const fields = (): Parameter =>
  query(
    "fields",
    "Fields to return, separated by commas; the id is always among them. `name:field` gives a value a name of its own, `name:field.path` takes what is inside JSON, `field::text` reads it as another type",
  );
const expand = (): Parameter =>
  query(
    "expand",
    'Relations to replace by their items: paths separated by commas, `director,studio.city`, or JSON with options, `{"reviews": {"sort": "-stars", "limit": 5}}`; also `relation`, `required`, `spread` and `aggregates`',
  );

export function filterParameter(): Parameter {
  return {
    name: "filter",
    in: "query",
    description: `Conditions as JSON. Operators: ${OPERATORS.join(", ")}`,
    content: { "application/json": { schema: ref("Filter") } },
  };
}

export const itemParameters = (): Parameter[] => [fields(), expand()];

export const ifMatchParameter = (): Parameter[] => [
  header("If-Match", 'The version that the item must have, in quotes, such as `"3"`'),
];

export function listParameters({ maxLimit }: ItemSchemas): Parameter[] {
  return [
    filterParameter(),
    query("sort", "Fields separated by commas; `-` in front for descending. Ties are in the order of ids."),
    fields(),
    expand(),
    query("limit", "Most items to return", { type: "integer", minimum: 1, maximum: maxLimit, default: 50 }),
    query("offset", "Items to skip; not together with cursor", { ...COUNT, default: 0 }),
    query("cursor", "Empty for the first page, then `next_cursor` of the page before"),
    query("meta", "Counts to return: filter_count, total_count, separated by a comma, or *"),
    query("count", "Whether the counts of meta may be the database's own guess, where it makes one", {
      type: "string",
      enum: ["exact", "estimate"],
      default: "exact",
    }),
    query("explain", "How the list is read, beside it; for secret keys and admins", {
      type: "string",
      enum: ["0", "1"],
    }),
  ];
}

/** The same as a body; `own` is the form of the schema that validates it. */
export function listBody(items: ItemSchemas, own: () => JsonSchema): JsonSchema {
  const { properties, ...rest } = own();
  const described = listParameters(items).map(({ name, description, schema, content }) => {
    const taken = (properties as Record<string, JsonSchema>)[name]!;
    const same = content?.["application/json"]?.schema ?? (taken.type === "integer" ? schema : taken);
    return [name, { ...same, description: description! }] as const;
  });
  return { ...rest, properties: Object.fromEntries(described) };
}

export function pageSchemaOf({ item }: ItemSchemas): JsonSchema {
  return object({
    data: listOf(item),
    limit: COUNT,
    "offset?": COUNT,
    has_more: FLAG,
    "next_cursor?": { ...nullable(TEXT), description: "With cursor; null on the last page" },
    "meta?": ref("Meta"),
    "explain?": object({ statement: TEXT, plan: listOf(TEXT), scans: listOf(TEXT), index: nullable(TEXT) }),
  });
}

export const upsertParameters = (): Parameter[] => [
  query("on_conflict", "The id, a unique field or a unique set: update where it is taken"),
  query("resolution", "What happens then", { type: "string", enum: ["merge", "ignore"] }),
];

export const upsertResult = (): JsonSchema => ({ type: "string", enum: ["inserted", "updated", "ignored"] });

/** The result for the items of an upsert. */
export function upserted(): JsonSchema {
  return object({
    inserted: COUNT,
    updated: COUNT,
    ignored: COUNT,
    results: { ...listOf(upsertResult()), description: "Of each item, in order" },
  });
}
