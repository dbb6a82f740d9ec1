import { createCollectionSchema, updateCollectionSchema } from "@plinth/engine";
import { confirmation, fieldConfirmation } from "../collections.ts";
import { data, FLAG, INSTANT, type JsonSchema, listOf, type Operation, object, ref, TEXT } from "./types.ts";
import { ONCE } from "./write-operations.ts";
import { parametersOf, schemaOf } from "./zod-schema.ts";

const health = object({ ok: FLAG, "dialect?": TEXT, "ts?": INSTANT });

/** `/api/collections`: definitions. */
export function collectionOperations(): Operation[] {
  const path = "/api/collections";
  const one = "/api/collections/{slug}";
  const shared = { tag: "Collections", access: "admin", response: data(ref("Collection")) } as const;
  return [
    {
      ...shared,
      id: "listCollections",
      method: "get",
      path,
      summary: "All collections",
      response: data(listOf(ref("Collection"))),
    },
    {
      ...shared,
      id: "createCollection",
      method: "post",
      path,
      summary: "Make a collection",
      parameters: [ONCE],
      status: 201,
      body: schemaOf(createCollectionSchema),
      errors: ["CONFLICT"],
    },
    {
      ...shared,
      id: "getCollection",
      method: "get",
      path: one,
      summary: "One collection",
      errors: ["COLLECTION_NOT_FOUND"],
    },
    {
      ...shared,
      id: "updateCollection",
      method: "patch",
      path: one,
      summary: "Add fields, or change constraints",
      parameters: [ONCE],
      body: schemaOf(updateCollectionSchema),
      errors: ["COLLECTION_NOT_FOUND", "CONFLICT"],
    },
    {
      ...shared,
      id: "deleteCollection",
      method: "delete",
      path: one,
      summary: "Delete a collection and its items",
      parameters: [...parametersOf(confirmation), ONCE],
      response: data(object({ slug: TEXT })),
      errors: ["COLLECTION_NOT_FOUND", "CONFIRMATION_REQUIRED", "REFERENCE_IN_USE"],
    },
    {
      ...shared,
      id: "deleteField",
      method: "delete",
      path: `${one}/fields/{name}`,
      summary: "Delete a field and its values",
      parameters: [...parametersOf(fieldConfirmation), ONCE],
      errors: ["COLLECTION_NOT_FOUND", "CONFIRMATION_REQUIRED", "REFERENCE_IN_USE"],
    },
  ];
}

/** What answers strangers. */
export function serverOperations(): Operation[] {
  const probe = (id: string, path: string, summary: string, response: JsonSchema): Operation => {
    return { id, method: "get", path, tag: "Server", summary, access: "anyone", response };
  };
  return [
    probe("health", "/health", "Whether the server and its database answer", health),
    probe("live", "/health/live", "Whether the process answers", object({ ok: FLAG })),
    probe("ready", "/health/ready", "Whether requests can be served", health),
    {
      ...probe("openapi", "/api/openapi.json", "This document, with the collections you may read", { type: "object" }),
      access: "caller",
    },
  ];
}
