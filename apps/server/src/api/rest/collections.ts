import {
  collectionOf,
  createCollection,
  createCollectionSchema,
  deleteCollection,
  deleteField,
  describeCollection,
  updateCollection,
  updateCollectionSchema,
} from "@plinth/engine";
import type { Hono } from "hono";
import * as z from "zod";
import type { AppEnv } from "../../context.ts";
import { admin } from "../../middleware/admin.ts";
import { unkeyedAnyway, unkeyedByName } from "../../middleware/unkeyed.ts";
import { jsonBody, queryParams } from "../validate.ts";

export const confirmation = z.strictObject({ confirm: z.string().optional().describe("The slug again") });

export const fieldConfirmation = z.strictObject({ confirm: z.string().optional().describe("The field's name again") });

/** `/api/collections`: what there is, for those with full rights in the workspace. */
export function collectionsRoutes(app: Hono<AppEnv>): void {
  const path = "/api/collections";
  const one = "/api/collections/:slug";

  app.get(path, admin, (c) => {
    const collections = [...c.var.scope.catalog.collections.values()].sort((a, b) => (a.slug < b.slug ? -1 : 1));
    return c.json({ data: collections.map(describeCollection) });
  });
  app.get(one, admin, (c) =>
    c.json({ data: describeCollection(collectionOf(c.var.scope.catalog, c.req.param("slug"))) }),
  );
  app.post(path, admin, unkeyedByName, jsonBody(createCollectionSchema), async (c) =>
    c.json({ data: describeCollection(await createCollection(c.var.scope, c.req.valid("json"))) }, 201),
  );
  app.patch(one, admin, unkeyedAnyway, jsonBody(updateCollectionSchema), async (c) =>
    c.json({ data: describeCollection(await updateCollection(c.var.scope, c.req.param("slug"), c.req.valid("json"))) }),
  );
  app.delete(`${one}/fields/:name`, admin, unkeyedAnyway, queryParams(fieldConfirmation), async (c) => {
    const { slug, name } = c.req.param();
    return c.json({
      data: describeCollection(await deleteField(c.var.scope, slug, name, c.req.valid("query").confirm)),
    });
  });
  app.delete(one, admin, unkeyedAnyway, queryParams(confirmation), async (c) => {
    const slug = c.req.param("slug");
    await deleteCollection(c.var.scope, slug, c.req.valid("query").confirm);
    return c.json({ data: { slug } });
  });
}
