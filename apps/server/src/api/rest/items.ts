import {
  aggregateItems,
  aggregateSchema,
  createItems,
  deleteItem,
  getItem,
  listItems,
  patchItem,
  replaceItem,
} from "@plinth/engine";
import type { Context, Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import { readJson } from "../body.ts";
import { jsonBody } from "../validate.ts";
import { answerExport } from "./transfer.ts";

/** `/api/items/:slug`: the data itself, under the caller's rules. */
export function itemsRoutes(app: Hono<AppEnv>): void {
  const path = "/api/items/:slug";
  const one = "/api/items/:slug/:id";

  app.get(path, async (c) => c.json(await listItems(c.get("scope"), c.req.param("slug"), searchOf(c))));
  app.get(one, async (c) => {
    const slug = c.req.param("slug");
    const id = c.req.param("id");
    // Not a route of its own: where no two patterns overlap, the router matches all of them with one expression.
    if (id === "export") return answerExport(c, slug);
    return c.json({ data: await getItem(c.get("scope"), slug, id, searchOf(c)) });
  });
  app.post("/api/items/:slug/aggregate", jsonBody(aggregateSchema), async (c) =>
    c.json({ data: await aggregateItems(c.get("scope"), c.req.param("slug"), c.req.valid("json")) }),
  );
  app.post(path, async (c) => {
    return c.json({ data: await createItems(c.get("scope"), c.req.param("slug"), await readJson(c)) }, 201);
  });
  app.patch(one, async (c) => {
    const { slug, id } = c.req.param();
    return c.json({ data: await patchItem(c.get("scope"), slug, id, await readJson(c)) });
  });
  app.put(one, async (c) => {
    const { slug, id } = c.req.param();
    return c.json({ data: await replaceItem(c.get("scope"), slug, id, await readJson(c)) });
  });
  app.delete(one, async (c) => {
    const { slug, id } = c.req.param();
    return c.json({ data: await deleteItem(c.get("scope"), slug, id) });
  });
}

/** The query string as it stands, without `?`: equal strings share one understood query. */
function searchOf(c: Context<AppEnv>): string {
  const { url } = c.req.raw;
  const start = url.indexOf("?");
  if (start < 0) return "";
  const hash = url.indexOf("#", start);
  return hash < 0 ? url.slice(start + 1) : url.slice(start + 1, hash);
}
