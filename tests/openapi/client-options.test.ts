import { expect, test } from "bun:test";
import { testApp } from "../../apps/server/src/testing/app.ts";
import { LIVE_OPTIONS } from "../../packages/client/src/items/live.ts";
import { AGGREGATE_OPTIONS, LIST_OPTIONS, READ_OPTIONS } from "../../packages/client/src/items/query.ts";
import { EXPORT_PARAMETERS, IMPORT_PARAMETERS } from "../../packages/client/src/items/transfer.ts";
import { BULK_PARAMETERS, UPSERT_PARAMETERS } from "../../packages/client/src/items/writes.ts";

interface Schema {
  readonly properties?: Record<string, unknown>;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

interface Operation {
  readonly requestBody: { content: Record<string, { schema: Schema }> };
  readonly parameters: readonly { in: string; name: string }[];
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
}

const { paths } = (await (await testApp().call("/api/openapi.json")).json()) as Document;

function inBody(route: string): string[] {
  const { schema } = operation(route).requestBody.content["application/json"]!;
  const forms = schema.anyOf ?? schema.oneOf ?? [schema];
  return [...new Set(forms.flatMap(({ properties = {} }) => Object.keys(properties)))];
}

const inAddress = (route: string): string[] =>
  operation(route).parameters.flatMap((parameter) => (parameter.in === "query" ? [parameter.name] : []));

function operation(route: string): Operation {
  const [method, path] = route.split(" ") as [string, string];
  return paths[path]![method.toLowerCase()]!;
}

const ITEMS = "/api/items/{slug}";
const taken: Readonly<Record<string, readonly [server: string[], client: readonly string[]]>> = {
  live: [inBody("POST /api/live"), ["collection", ...LIVE_OPTIONS]],
  list: [inAddress(`GET ${ITEMS}`), LIST_OPTIONS],
  "list in a body": [inBody(`POST ${ITEMS}/query`), LIST_OPTIONS],
  one: [inAddress(`GET ${ITEMS}/{id}`), READ_OPTIONS],
  aggregate: [inBody(`POST ${ITEMS}/aggregate`), AGGREGATE_OPTIONS],
  upsert: [inAddress(`POST ${ITEMS}`), UPSERT_PARAMETERS],
  updateWhere: [inAddress(`PATCH ${ITEMS}`), ["filter", ...BULK_PARAMETERS]],
  deleteWhere: [inAddress(`DELETE ${ITEMS}`), ["filter", ...BULK_PARAMETERS]],
  export: [inAddress(`GET ${ITEMS}/export`), EXPORT_PARAMETERS],
  // `insert` is the only mode.
  import: [inAddress(`POST ${ITEMS}/import`), IMPORT_PARAMETERS],
};

test.each(Object.entries(taken))(
  "the client's %s takes every option that the server takes, and no other",
  (_, [server, client]) => {
    expect(server.sort()).toEqual([...client].sort());
  },
);
