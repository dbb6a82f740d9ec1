import type { Json } from "@plinth/core";
import {
  aggregateItems,
  createItems,
  deleteItem,
  deleteItems,
  getItem,
  listItems,
  patchItem,
  patchItems,
  readList,
  replaceItem,
  type Scope,
  upsertItems,
} from "@plinth/engine";
import type { Context, Hono } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { answerWrite, type WriteAnswer } from "../../http/answer-write.ts";
import { readJson } from "../../http/body.ts";
import { etagOf, ifMatch, isKnown } from "../../http/preconditions.ts";
import {
  aggregateInputOf,
  aggregateSchema,
  listBodySchema,
  listInputOf,
  parseBulkParams,
  parseSelectionParams,
  parseUpsertParams,
  preparedList,
} from "../../http/query/index.ts";
import { jsonBody, queryParams } from "../../http/validate.ts";
import { answerExport } from "./transfer.ts";

/** `/api/items/:slug`: the data itself, under the caller's rules. */
export function itemsRoutes(app: Hono<AppEnv>): void {
  const path = "/api/items/:slug";
  const one = "/api/items/:slug/:id";

  app.get(path, async (c) =>
    c.json(await readList(c.get("scope"), preparedList(c.get("scope"), c.req.param("slug"), searchOf(c)))),
  );
  app.get(one, async (c) => {
    const slug = c.req.param("slug");
    const id = c.req.param("id");
    // Not a route of its own: where no two patterns overlap, the router matches all of them with one expression.
    if (id === "export") return answerExport(c, slug);
    return answerItem(c, slug, id);
  });
  app.post("/api/items/:slug/aggregate", jsonBody(aggregateSchema), async (c) =>
    c.json({ data: await aggregateItems(c.get("scope"), c.req.param("slug"), aggregateInputOf(c.req.valid("json"))) }),
  );
  // A read, though it has a body: it stores nothing, so it knows no keys for being sent twice.
  app.post("/api/items/:slug/query", queryParams(z.strictObject({})), jsonBody(listBodySchema), async (c) => {
    return c.json(await listItems(c.get("scope"), c.req.param("slug"), listInputOf(c.req.valid("json"))));
  });
  app.post(path, (c) => answerWrite(c, (scope) => createOrUpsert(c, scope, c.req.param("slug"))));
  app.patch(path, (c) =>
    answerWrite(c, async (scope) =>
      done(await patchItems(scope, c.req.param("slug"), parseBulkParams(searchOf(c)), await readJson(c))),
    ),
  );
  app.delete(path, (c) =>
    answerWrite(c, async (scope) => done(await deleteItems(scope, c.req.param("slug"), parseBulkParams(searchOf(c))))),
  );
  app.patch(one, (c) =>
    answerWrite(c, async (scope) => {
      const { slug, id } = c.req.param();
      return done(await patchItem(scope, slug, id, await readJson(c), { versions: ifMatch(c) }));
    }),
  );
  app.put(one, (c) =>
    answerWrite(c, async (scope) => {
      const { slug, id } = c.req.param();
      return done(await replaceItem(scope, slug, id, await readJson(c), { versions: ifMatch(c) }));
    }),
  );
  app.delete(one, (c) =>
    answerWrite(c, async (scope) => {
      const { slug, id } = c.req.param();
      return done(await deleteItem(scope, slug, id, { versions: ifMatch(c) }));
    }),
  );
}

async function createOrUpsert(c: Context<AppEnv>, scope: Scope, slug: string): Promise<WriteAnswer> {
  const body = await readJson(c);
  const search = searchOf(c);
  if (search === "") return { status: 201, body: { data: await createItems(scope, slug, body) } };
  const { data, meta } = await upsertItems(scope, slug, parseUpsertParams(search), body);
  return { status: meta.inserted > 0 ? 201 : 200, body: { data, meta: { ...meta } } };
}

function done(data: Json): WriteAnswer {
  return { status: 200, body: { data } };
}

async function answerItem(c: Context<AppEnv>, slug: string, id: string): Promise<Response> {
  const search = searchOf(c);
  const { row: data, versioned, alone } = await getItem(c.get("scope"), slug, id, parseSelectionParams(search));
  const tag = versioned ? etagOf(data) : undefined;
  if (tag === undefined) return c.json({ data });
  if (isKnown(c, tag) && alone) return c.body(null, 304, { etag: tag });
  return c.json({ data }, 200, { etag: tag });
}

/** The query string as it stands, without `?`: equal strings share one understood query. */
function searchOf(c: Context<AppEnv>): string {
  const { url } = c.req.raw;
  const start = url.indexOf("?");
  if (start < 0) return "";
  const hash = url.indexOf("#", start);
  return hash < 0 ? url.slice(start + 1) : url.slice(start + 1, hash);
}
