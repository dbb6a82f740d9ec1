import { DEFAULT_WORKSPACE_SLUG, type Json } from "@plinth/core";
import { memoize, type RequestContext, roleKey } from "@plinth/engine";
import { ANY_OBJECT, ref } from "../../../http/openapi/json-schema.ts";
import { type OpenApiOperation, operationOf } from "../../../http/operations.ts";
import type { ItemSchemas, Route } from "../../../http/route.ts";
import { VERSION } from "../../../version.ts";
import { errorResponses, SECURITY_SCHEMES, staticSchemas } from "./components.ts";
import { collectionPart } from "./item-schemas.ts";

/** The document as text; built once per revision of the catalog and set of rights. */
export function openapiText(ctx: RequestContext, routes: readonly Route[]): string {
  const key = `openapi|${roleKey(ctx.principal)}|${ctx.principal.kind === "anonymous"}`;
  return memoize(ctx.catalog, key, () => JSON.stringify(openapiDocument(ctx, routes)));
}

function openapiDocument(ctx: RequestContext, routes: readonly Route[]): { [key: string]: Json } {
  const { appUrl, maxLimit } = ctx.engine.config;
  const collections = [...ctx.catalog.collections.values()].sort((a, b) => (a.slug < b.slug ? -1 : 1));
  const parts = collections.flatMap((collection) => collectionPart(ctx, collection) ?? []);
  const operations = [
    ...routes.map((route) => operationOf(route, anyItems(maxLimit))),
    ...parts.flatMap(({ items }) =>
      routes
        .filter(({ perCollection }) => perCollection && items.may[perCollection])
        .map((route) => operationOf(route, items)),
    ),
  ];
  return {
    openapi: "3.1.0",
    info: {
      title: "Plinth",
      version: VERSION,
      description: "Identity, data, rules and more over HTTP. The collections in this document are those you may read.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [
      { url: appUrl },
      {
        url: `${appUrl}/t/{workspace}`,
        description: "The same for one workspace",
        variables: { workspace: { default: DEFAULT_WORKSPACE_SLUG, description: "A workspace's slug or id" } },
      },
    ],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: pathsOf(operations),
    components: {
      schemas: Object.assign(staticSchemas(), ...parts.map((part) => part.schemas)) as Json,
      responses: errorResponses(),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

/** For routes that accept any collection. */
function anyItems(maxLimit: number): ItemSchemas {
  return {
    slug: null,
    item: ref("Item"),
    create: ANY_OBJECT,
    patch: ANY_OBJECT,
    may: { read: true, create: true, update: true, delete: true },
    maxLimit,
  };
}

function pathsOf(operations: readonly OpenApiOperation[]): { [path: string]: Json } {
  const paths: { [path: string]: { [method: string]: Json } } = {};
  for (const { path, method, description } of operations) {
    paths[path] ??= {};
    paths[path][method] = description;
  }
  return paths;
}
