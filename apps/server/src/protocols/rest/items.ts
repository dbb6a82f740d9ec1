import type { Json } from "@plinth/core";
import {
  aggregateItems,
  aggregateSchema,
  createItems,
  deleteItem,
  getItem,
  listBodySchema,
  listItems,
  patchItem,
  replaceItem,
  type Scope,
  searchOfList,
  upsertItems,
} from "@plinth/engine";
import type { Context } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { answerWrite, done, type WriteAnswer } from "../../http/answer-write.ts";
import { defineRoute } from "../../http/define-route.ts";
import { ANY_OBJECT, data, type JsonSchema, listOf, object, UUID } from "../../http/openapi/json-schema.ts";
import { etagOf, ifMatch, isKnown } from "../../http/preconditions.ts";
import type { Route } from "../../http/route.ts";
import { anyJson, queryText } from "../../http/validate.ts";
import {
  about,
  ITEMS,
  ifMatchParameter,
  itemId,
  itemParameters,
  listBody,
  listParameters,
  pageOf,
  READ_ERRORS,
  upserted,
  upsertParameters,
  WRITE_ERRORS,
} from "./items-description.ts";

/** As it stands: equal strings share one understood query. */
export const searchOf = (c: Context<AppEnv>): string => queryText(c.req.raw.url);

const reading = { ...ITEMS, perCollection: "read", errors: [...READ_ERRORS, "UNKNOWN_PARAMETER"] } as const;

const CHANGE_ERRORS = [
  ...WRITE_ERRORS,
  "FIELD_FORBIDDEN",
  "ITEM_NOT_FOUND",
  "UNIQUE_VIOLATION",
  "PRECONDITION_FAILED",
] as const;
const changing = {
  ...ITEMS,
  path: "/api/items/:slug/:id",
  parameters: ifMatchParameter,
  idempotent: true,
} as const;

/** `/api/items/:slug`: the data itself, under the caller's rules. */
export const itemsRoutes: readonly Route[] = [
  defineRoute({
    ...reading,
    id: itemId("list"),
    method: "get",
    path: "/api/items/:slug",
    summary: about("List items of …"),
    query: searchOf,
    parameters: listParameters,
    response: pageOf,
    errors: [...reading.errors, "INVALID_CURSOR"],
    handle: async (c, { query }) => c.json(await listItems(c.get("scope"), c.req.param("slug"), query)),
  }),
  defineRoute({
    ...reading,
    id: itemId("get"),
    method: "get",
    path: "/api/items/:slug/:id",
    summary: about("Get one item of …"),
    query: searchOf,
    parameters: itemParameters,
    errors: [...reading.errors, "ITEM_NOT_FOUND"],
    handle: (c, { query }) => answerItem(c, c.req.param("slug"), c.req.param("id"), query),
  }),
  // A read, though it has a body: it stores nothing, so it knows no keys for being sent twice.
  defineRoute({
    ...reading,
    id: itemId("query"),
    method: "post",
    path: "/api/items/:slug/query",
    summary: about("List items of …, with parameters that are too long for an address"),
    query: z.strictObject({}),
    body: listBodySchema,
    bodySchema: listBody,
    response: pageOf,
    errors: [...reading.errors, "UNKNOWN_OPERATOR", "INVALID_CURSOR"],
    handle: async (c, { body }) =>
      c.json(await listItems(c.get("scope"), c.req.param("slug"), searchOfList(body).toString())),
  }),
  defineRoute({
    ...reading,
    id: itemId("aggregate"),
    method: "post",
    path: "/api/items/:slug/aggregate",
    summary: about("Count, sum and compare items of …, by groups"),
    body: aggregateSchema,
    response: () => listOf(ANY_OBJECT),
    errors: [...READ_ERRORS, "UNKNOWN_OPERATOR"],
    read: (scope, { params, body }) => aggregateItems(scope, params.slug, body),
  }),
  defineRoute({
    ...ITEMS,
    id: itemId("create"),
    method: "post",
    path: "/api/items/:slug",
    summary: about("Create one item of …, or up to 1000, all or none"),
    perCollection: "create",
    idempotent: true,
    query: searchOf,
    parameters: upsertParameters,
    body: anyJson,
    bodySchema: ({ create }) => ({ anyOf: [create, { ...listOf(create), minItems: 1, maxItems: 1000 }] }),
    status: 201,
    response: ({ item }): JsonSchema => object({ data: { anyOf: [item, listOf(item)] }, "meta?": upserted() }),
    errors: [...WRITE_ERRORS, "FIELD_FORBIDDEN", "UNIQUE_VIOLATION"],
    handle: (c, { query, body }) => answerWrite(c, (scope) => createOrUpsert(scope, c.req.param("slug"), query, body)),
  }),
  defineRoute({
    ...changing,
    id: itemId("patch"),
    method: "patch",
    summary: about("Change fields of an item of …"),
    perCollection: "update",
    body: anyJson,
    bodySchema: ({ patch }) => patch,
    errors: CHANGE_ERRORS,
    handle: (c, { body }) =>
      answerWrite(c, async (scope) => {
        const { slug, id } = c.req.param();
        return done(await patchItem(scope, slug, id, body, { versions: ifMatch(c) }));
      }),
  }),
  defineRoute({
    ...changing,
    id: itemId("replace"),
    method: "put",
    summary: about("Replace an item of …"),
    perCollection: "update",
    body: anyJson,
    bodySchema: ({ create }) => create,
    errors: CHANGE_ERRORS,
    handle: (c, { body }) =>
      answerWrite(c, async (scope) => {
        const { slug, id } = c.req.param();
        return done(await replaceItem(scope, slug, id, body, { versions: ifMatch(c) }));
      }),
  }),
  defineRoute({
    ...changing,
    id: itemId("delete"),
    method: "delete",
    summary: about("Delete an item of …"),
    perCollection: "delete",
    response: () => data(object({ id: UUID })),
    errors: [...WRITE_ERRORS, "ITEM_NOT_FOUND", "REFERENCE_IN_USE", "PRECONDITION_FAILED"],
    handle: (c) =>
      answerWrite(c, async (scope) => {
        const { slug, id } = c.req.param();
        return done(await deleteItem(scope, slug, id, { versions: ifMatch(c) }));
      }),
  }),
];

async function createOrUpsert(scope: Scope, slug: string, search: string, body: Json): Promise<WriteAnswer> {
  if (search === "") return { status: 201, body: { data: await createItems(scope, slug, body) } };
  const { data: written, meta } = await upsertItems(scope, slug, search, body);
  return { status: meta.inserted > 0 ? 201 : 200, body: { data: written, meta: { ...meta } } };
}

async function answerItem(c: Context<AppEnv>, slug: string, id: string, search: string): Promise<Response> {
  const { row, versioned, alone } = await getItem(c.get("scope"), slug, id, search);
  const tag = versioned ? etagOf(row) : undefined;
  if (tag === undefined) return c.json({ data: row });
  if (isKnown(c, tag) && alone) return c.body(null, 304, { etag: tag });
  return c.json({ data: row }, 200, { etag: tag });
}
