import { type Awaitable, type Json, PlinthError, recover, whenDone } from "@plinth/core";
import {
  aggregateItems,
  createItems,
  deleteItem,
  getItem,
  itemTag,
  listItems,
  patchItem,
  type RequestContext,
  readList,
  replaceItem,
  type SelectionInput,
  type ShownItem,
  type UpsertInput,
  upsertItems,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { answer } from "../../http/answer.ts";
import { jsonRead } from "../../http/answer-read.ts";
import { answerWrite, done, type WriteAnswer } from "../../http/answer-write.ts";
import { defineRoute } from "../../http/define-route.ts";
import { ANY_OBJECT, data, type JsonSchema, listOf, object, UUID } from "../../http/openapi/json-schema.ts";
import { ifMatch, isKnown } from "../../http/preconditions.ts";
import {
  aggregateInputOf,
  aggregateSchema,
  listBodySchema,
  listInputOf,
  parseSelectionParams,
  parseUpsertParams,
  preparedList,
} from "../../http/query/index.ts";
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
  pageSchemaOf,
  READ_ERRORS,
  upserted,
  upsertParameters,
  WRITE_ERRORS,
} from "./items-description.ts";

/** Unparsed: equal strings share one parsed query. */
export const searchOf = (c: Context<AppEnv>): string => queryText(c.req.raw.url);

const reading = {
  ...ITEMS,
  viewAs: true,
  perCollection: "read",
  errors: [...READ_ERRORS, "UNKNOWN_PARAMETER"],
} as const;

const changing = {
  ...ITEMS,
  idempotent: true,
  parameters: ifMatchParameter,
  errors: [...WRITE_ERRORS, "FIELD_FORBIDDEN", "ITEM_NOT_FOUND", "UNIQUE_VIOLATION", "PRECONDITION_FAILED"],
} as const;

/** `/api/items/:slug`: the data itself, under the caller's rules. */
export const itemsRoutes: readonly Route[] = [
  defineRoute("GET /api/items/:slug", {
    ...reading,
    id: itemId("list"),
    summary: about("List items of …"),
    load: "list",
    query: searchOf,
    parameters: listParameters,
    response: pageSchemaOf,
    errors: [...reading.errors, "INVALID_CURSOR"],
    handle: (c, { query }) =>
      whenDone(readList(c.env.ctx, preparedList(c.env.ctx, c.req.param("slug"), query)), (page) => jsonRead(c, page)),
  }),
  defineRoute("GET /api/items/:slug/:id", {
    ...reading,
    id: itemId("get"),
    summary: about("Get one item of …"),
    query: (c: Context<AppEnv>) => parseSelectionParams(searchOf(c)),
    parameters: itemParameters,
    errors: [...reading.errors, "ITEM_NOT_FOUND"],
    handle: (c, { query }) => getWith(c, c.req.param("slug"), c.req.param("id"), query),
  }),
  // A read, though it has a body: it stores nothing, so it accepts no idempotency key.
  defineRoute("POST /api/items/:slug/query", {
    ...reading,
    id: itemId("query"),
    summary: about("List items of …, with parameters that are too long for an address"),
    load: "list",
    query: z.strictObject({}),
    body: listBodySchema,
    bodySchema: listBody,
    response: pageSchemaOf,
    errors: [...reading.errors, "UNKNOWN_OPERATOR", "INVALID_CURSOR"],
    handle: async (c, { body }) => jsonRead(c, await listItems(c.env.ctx, c.req.param("slug"), listInputOf(body))),
  }),
  defineRoute("POST /api/items/:slug/aggregate", {
    ...reading,
    id: itemId("aggregate"),
    summary: about("Count, sum and compare items of …, by groups"),
    load: "bulk",
    body: aggregateSchema,
    response: () => listOf(ANY_OBJECT),
    errors: [...READ_ERRORS, "UNKNOWN_OPERATOR"],
    read: (ctx, { params, body }) => aggregateItems(ctx, params.slug, aggregateInputOf(body)),
  }),
  defineRoute("POST /api/items/:slug", {
    ...ITEMS,
    id: itemId("create"),
    summary: about("Create one item of …, or up to 1000, all or none"),
    perCollection: "create",
    idempotent: true,
    query: upsertOf,
    parameters: upsertParameters,
    body: anyJson,
    bodySchema: ({ create }) => ({ anyOf: [create, { ...listOf(create), minItems: 1, maxItems: 1000 }] }),
    status: 201,
    response: ({ item }): JsonSchema => object({ data: { anyOf: [item, listOf(item)] }, "meta?": upserted() }),
    errors: [...WRITE_ERRORS, "FIELD_FORBIDDEN", "UNIQUE_VIOLATION"],
    handle: (c, { query, body }) => answerWrite(c, (ctx) => createOrUpsert(ctx, c.req.param("slug"), query, body)),
  }),
  defineRoute("PATCH /api/items/:slug/:id", {
    ...changing,
    id: itemId("patch"),
    summary: about("Change fields of an item of …"),
    perCollection: "update",
    body: anyJson,
    bodySchema: ({ patch }) => patch,
    handle: (c, { body }) => changeItem(c, (ctx, slug, id, versions) => patchItem(ctx, slug, id, body, versions)),
  }),
  defineRoute("PUT /api/items/:slug/:id", {
    ...changing,
    id: itemId("replace"),
    summary: about("Replace an item of …"),
    perCollection: "update",
    body: anyJson,
    bodySchema: ({ create }) => create,
    handle: (c, { body }) => changeItem(c, (ctx, slug, id, versions) => replaceItem(ctx, slug, id, body, versions)),
  }),
  defineRoute("DELETE /api/items/:slug/:id", {
    ...changing,
    id: itemId("delete"),
    summary: about("Delete an item of …"),
    perCollection: "delete",
    response: () => data(object({ id: UUID })),
    errors: [...WRITE_ERRORS, "ITEM_NOT_FOUND", "REFERENCE_IN_USE", "PRECONDITION_FAILED"],
    handle: (c) => changeItem(c, (ctx, slug, id, versions) => deleteItem(ctx, slug, id, versions)),
  }),
];

type ItemWrite = (
  ctx: RequestContext,
  slug: string,
  id: string,
  versions: { versions: number[] | undefined },
) => Promise<Json>;

function changeItem(c: Context<AppEnv, "/api/items/:slug/:id">, change: ItemWrite): Promise<Response> {
  const { slug, id } = c.req.param();
  return answerWrite(c, async (ctx) => done(await change(ctx, slug, id, { versions: ifMatch(c) })));
}

function upsertOf(c: Context<AppEnv>): UpsertInput | undefined {
  const search = searchOf(c);
  return search === "" ? undefined : parseUpsertParams(search);
}

async function createOrUpsert(
  ctx: RequestContext,
  slug: string,
  upsert: UpsertInput | undefined,
  body: Json,
): Promise<WriteAnswer> {
  if (!upsert) return { status: 201, body: { data: await createItems(ctx, slug, body) } };
  const { data: written, meta } = await upsertItems(ctx, slug, upsert, body);
  return { status: meta.inserted > 0 ? 201 : 200, body: { data: written, meta: { ...meta } } };
}

function getWith(
  c: Context<AppEnv>,
  slug: string,
  id: string,
  selection: SelectionInput | undefined,
): Awaitable<Response> {
  const item = recover(() => getItem(c.env.ctx, slug, id, selection), hintAtMeant(slug, id));
  return whenDone(item, (shown) => answerItem(c, shown));
}

function answerItem(c: Context<AppEnv>, { row, versioned, alone }: ShownItem): Response {
  const tag = versioned ? itemTag(c.env.ctx, row) : undefined;
  if (tag === undefined) return jsonRead(c, { data: row });
  if (isKnown(c, tag) && alone) return answer(c, null, 304, { etag: tag });
  return jsonRead(c, { data: row }, 200, tag);
}

/** Reads with a body use `POST`, and a count is part of a list; as a path their words are ids of no item. */
function hintAtMeant(slug: string, id: string): (error: unknown) => never {
  return (error) => {
    if ((id === "aggregate" || id === "query") && error instanceof PlinthError && error.code === "ITEM_NOT_FOUND")
      throw new PlinthError("ITEM_NOT_FOUND", `${error.message} Write POST /api/items/${slug}/${id}, with a body.`);
    if (id === "count" && error instanceof PlinthError && error.code === "ITEM_NOT_FOUND")
      throw new PlinthError("ITEM_NOT_FOUND", `${error.message} Write GET /api/items/${slug}?meta=filter_count.`);
    throw error;
  };
}
