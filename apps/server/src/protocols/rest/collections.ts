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
import { answerData } from "../../http/answer-write.ts";
import { jsonBody, queryParams } from "../../http/validate.ts";
import { admin } from "../../middleware/admin.ts";

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
  app.post(path, admin, jsonBody(createCollectionSchema), (c) =>
    answerData(c, 201, (scope) => createCollection(scope, c.req.valid("json"))),
  );
  app.patch(one, admin, jsonBody(updateCollectionSchema), (c) =>
    answerData(c, 200, (scope) => updateCollection(scope, c.req.param("slug"), c.req.valid("json"))),
  );
  app.delete(`${one}/fields/:name`, admin, queryParams(fieldConfirmation), (c) => {
    const { slug, name } = c.req.param();
    return answerData(c, 200, (scope) => deleteField(scope, slug, name, c.req.valid("query").confirm));
  });
  app.delete(one, admin, queryParams(confirmation), (c) =>
    answerData(c, 200, (scope) => deleteCollection(scope, c.req.param("slug"), c.req.valid("query").confirm)),
  );
}
