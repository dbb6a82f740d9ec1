import { changesSchema } from "@plinth/engine";
import { FLAG, INSTANT, listOf, nullable, type Operation, object, TEXT, UUID } from "./types.ts";
import { parametersOf } from "./zod-schema.ts";

const image = nullable({ type: "object", additionalProperties: true });
const change = object({
  place: TEXT,
  collection: nullable(TEXT),
  collection_id: UUID,
  item: UUID,
  operation: { type: "string", enum: ["insert", "update", "delete"] },
  before: image,
  after: image,
  actor: nullable(TEXT),
  request_id: nullable(TEXT),
  at: INSTANT,
});

/** What was written, and who is still to deal with it. */
export function logOperations(): Operation[] {
  return [
    {
      id: "listChanges",
      method: "get",
      path: "/api/changes",
      tag: "Changes",
      summary: "The change log, in commit order; 410 when `after` is older than what is kept",
      access: "admin",
      parameters: parametersOf(changesSchema),
      response: object({ data: listOf(change), next: TEXT, more: FLAG }),
      errors: ["INVALID_CURSOR", "GONE", "COLLECTION_NOT_FOUND"],
    },
    {
      id: "readMetrics",
      method: "get",
      path: "/api/metrics",
      tag: "Server",
      summary: "Figures of the workspace for Prometheus; for operators, of all workspaces",
      access: "admin",
      response: TEXT,
      responseTypes: ["text/plain"],
    },
  ];
}
