import { OPERATORS } from "@plinth/core";
import { CONTENT_TYPES } from "@plinth/formats";
import { aggregateSchema, listBodySchema } from "../../../http/query/index.ts";
import { exportQuery, importQuery } from "../transfer.ts";
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
  ref,
  TEXT,
  UUID,
} from "./types.ts";
import { bulkOperations, IF_MATCH, ONCE, UPSERT, UPSERTED } from "./write-operations.ts";
import { parametersOf, schemaOf } from "./zod-schema.ts";

/** The items of one collection, or of any. */
export interface ItemSchemas {
  /** The collection's slug; null for the routes that take any. */
  slug: string | null;
  item: JsonSchema;
  create: JsonSchema;
  patch: JsonSchema;
  may: { read: boolean; create: boolean; update: boolean; delete: boolean };
}

const query = (name: string, description: string, schema: JsonSchema = TEXT): Parameter => ({
  name,
  in: "query",
  description,
  schema,
});

const FIELDS = query(
  "fields",
  "Fields to return, separated by commas; the id is always among them. `name:field` gives a value a name of its own, `name:field.path` takes what is inside JSON, `field::text` reads it as another type",
);
const EXPAND = query(
  "expand",
  'Relations to replace by their items: paths separated by commas, `director,studio.city`, or JSON with options, `{"reviews": {"sort": "-stars", "limit": 5}}`; also `relation`, `required`, `spread` and `aggregates`',
);
const FILTER: Parameter = {
  name: "filter",
  in: "query",
  description: `Conditions as JSON. Operators: ${OPERATORS.join(", ")}`,
  content: { "application/json": { schema: ref("Filter") } },
};
const SORT = query("sort", "Fields separated by commas; `-` in front for descending. Ties are in the order of ids.");

function listParameters(maxLimit: number): Parameter[] {
  return [
    FILTER,
    SORT,
    FIELDS,
    EXPAND,
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

/** The same as a body. */
function listBody(maxLimit: number): JsonSchema {
  const { properties, ...rest } = schemaOf(listBodySchema);
  const described = listParameters(maxLimit).map(({ name, description, schema, content }) => {
    const own = (properties as Record<string, JsonSchema>)[name]!;
    const same = content?.["application/json"]?.schema ?? (own.type === "integer" ? schema : own);
    return [name, { ...same, description: description! }] as const;
  });
  return { ...rest, properties: Object.fromEntries(described) };
}

/** List, query, get, create, patch, replace, delete, import, export. */
export function itemOperations({ slug, item, create, patch, may }: ItemSchemas, maxLimit: number): Operation[] {
  const path = `/api/items/${slug ?? "{slug}"}`;
  const one = `${path}/{id}`;
  const id = (verb: string): string => (slug === null ? `${verb}Item` : `${verb}_${slug}`);
  const name = slug ?? "a collection";
  const shared = { tag: slug ?? "Items", access: "caller", response: data(item) } as const;
  const reading: Operation[] = [
    {
      ...shared,
      id: id("list"),
      method: "get",
      path,
      summary: `List items of ${name}`,
      parameters: listParameters(maxLimit),
      response: pageOf(item),
      errors: [...ANY, ...ASKING, "INVALID_CURSOR"],
    },
    {
      ...shared,
      id: id("get"),
      method: "get",
      path: one,
      summary: `Get one item of ${name}`,
      parameters: [FIELDS, EXPAND],
      errors: [...ANY, ...ASKING, "ITEM_NOT_FOUND"],
    },
    {
      ...shared,
      id: id("export"),
      method: "get",
      path: `${path}/export`,
      summary: `Export items of ${name}`,
      parameters: parametersOf(exportQuery),
      response: TEXT,
      responseTypes: Object.values(CONTENT_TYPES),
      errors: [...ANY, ...ASKING],
    },
  ];
  reading.push({
    ...shared,
    id: id("query"),
    method: "post",
    path: `${path}/query`,
    summary: `List items of ${name}, with parameters that are too long for an address`,
    body: listBody(maxLimit),
    response: pageOf(item),
    errors: [...ANY, ...ASKING, "UNKNOWN_OPERATOR", "INVALID_CURSOR"],
  });
  reading.push({
    ...shared,
    id: id("aggregate"),
    method: "post",
    path: `${path}/aggregate`,
    summary: `Count, sum and compare items of ${name}, by groups`,
    body: schemaOf(aggregateSchema),
    response: data(listOf({ type: "object", additionalProperties: true })),
    errors: [...ANY, "FIELD_FORBIDDEN", "UNKNOWN_OPERATOR"],
  });
  const creating: Operation[] = [
    {
      ...shared,
      id: id("create"),
      method: "post",
      path,
      summary: `Create one item of ${name}, or up to 1000, all or none`,
      status: 201,
      parameters: [...UPSERT, ONCE],
      body: { anyOf: [create, { ...listOf(create), minItems: 1, maxItems: 1000 }] },
      response: object({ data: { anyOf: [item, listOf(item)] }, "meta?": UPSERTED }),
      errors: [...ANY, "FIELD_FORBIDDEN", "UNIQUE_VIOLATION"],
    },
    {
      ...shared,
      id: id("import"),
      method: "post",
      path: `${path}/import`,
      summary: `Import items into ${name} from a file`,
      parameters: [...parametersOf(importQuery), ONCE],
      body: TEXT,
      bodyTypes: Object.values(CONTENT_TYPES),
      response: data(ref("ImportResult")),
      errors: ANY,
    },
  ];
  const change = {
    ...shared,
    path: one,
    parameters: [IF_MATCH, ONCE],
    errors: [...ANY, "FIELD_FORBIDDEN", "ITEM_NOT_FOUND", "UNIQUE_VIOLATION", "PRECONDITION_FAILED"],
  } as const;
  const updating: Operation[] = [
    { ...change, id: id("patch"), method: "patch", summary: `Change fields of an item of ${name}`, body: patch },
    { ...change, id: id("replace"), method: "put", summary: `Replace an item of ${name}`, body: create },
  ];
  const deleting: Operation = {
    ...shared,
    id: id("delete"),
    method: "delete",
    path: one,
    summary: `Delete an item of ${name}`,
    parameters: [IF_MATCH, ONCE],
    response: data(object({ id: UUID })),
    errors: [...ANY, "ITEM_NOT_FOUND", "REFERENCE_IN_USE", "PRECONDITION_FAILED"],
  };
  return [
    ...(may.read ? reading : []),
    ...(may.create ? creating : []),
    ...(may.update ? updating : []),
    ...(may.delete ? [deleting] : []),
    ...bulkOperations({ slug, item, create, patch, may }, FILTER),
  ];
}

const ANY = ["UNAUTHORIZED", "FORBIDDEN", "COLLECTION_NOT_FOUND"] as const;
const ASKING = ["FIELD_FORBIDDEN", "UNKNOWN_PARAMETER"] as const;

function pageOf(item: JsonSchema): JsonSchema {
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
