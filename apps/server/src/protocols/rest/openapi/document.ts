import { ERRORS, type ErrorCode, type Json } from "@plinth/core";
import { derive, rightsKey, type Scope } from "@plinth/engine";
import { VERSION } from "../../../version.ts";
import { accountOperations } from "./account-operations.ts";
import { collectionOperations, serverOperations } from "./collection-operations.ts";
import { errorResponses, responseName, SECURITY_SCHEMES, staticSchemas } from "./components.ts";
import { itemOperations } from "./item-operations.ts";
import { ANY_ITEMS, collectionPart } from "./item-schemas.ts";
import { logOperations } from "./log-operations.ts";
import { streamOperations } from "./stream-operations.ts";
import { type JsonSchema, type Operation, type Parameter, TEXT, UUID } from "./types.ts";
import { workspaceOperations } from "./workspace-operations.ts";
import { batchOperation, ONCE } from "./write-operations.ts";

/** The document as text; made once per revision of the catalog and set of rights. */
export function openapiText(scope: Scope): string {
  const key = `openapi|${rightsKey(scope.principal)}|${scope.principal.kind === "anonymous"}`;
  return derive(scope.catalog, key, () => JSON.stringify(openapiDocument(scope)));
}

export function openapiDocument(scope: Scope): { [key: string]: Json } {
  const { appUrl, maxLimit } = scope.engine.config;
  const collections = [...scope.catalog.collections.values()].sort((a, b) => (a.slug < b.slug ? -1 : 1));
  const parts = collections.flatMap((collection) => collectionPart(scope, collection) ?? []);
  const operations = [
    ...serverOperations(),
    ...accountOperations(),
    ...workspaceOperations(),
    ...collectionOperations(),
    ...logOperations(),
    ...streamOperations(),
    ...itemOperations(ANY_ITEMS, maxLimit),
    batchOperation(),
    ...parts.flatMap((part) => itemOperations(part.items, maxLimit)),
  ];
  return {
    openapi: "3.1.0",
    info: {
      title: "Plinth",
      version: VERSION,
      description: "Identity, data, rules and more over HTTP. The collections in this document are those you may read.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: appUrl }],
    tags: [...new Set(operations.map((operation) => operation.tag))].map((name) => ({ name })),
    paths: pathsOf(operations),
    components: {
      schemas: Object.assign(staticSchemas(), ...parts.map((part) => part.schemas)) as Json,
      responses: errorResponses(),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function pathsOf(operations: readonly Operation[]): { [path: string]: Json } {
  const paths: { [path: string]: { [method: string]: Json } } = {};
  for (const operation of operations) {
    paths[operation.path] ??= {};
    paths[operation.path]![operation.method] = describe(operation);
  }
  return paths;
}

function describe(operation: Operation): Json {
  const { id, tag, summary, status = 200, response, parameters = [], body, bodyOptional } = operation;
  const all = [...pathParameters(operation.path), ...parameters];
  return {
    operationId: id,
    tags: [tag],
    summary,
    security: securityOf(operation.access),
    ...(all.length > 0 && { parameters: all as unknown as Json }),
    ...(body && {
      requestBody: { required: !bodyOptional, content: contentOf(operation.bodyTypes, body) },
    }),
    responses: {
      [status]: {
        description: "Done",
        ...(operation.responseHeaders && { headers: headersOf(operation.responseHeaders) }),
        content: contentOf(operation.responseTypes, response),
      },
      ...errorsOf(operation),
    },
  };
}

function pathParameters(path: string): Parameter[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  return names.map((name) => ({ name, in: "path", required: true, schema: name === "id" ? UUID : TEXT }));
}

function contentOf(types: readonly string[] = ["application/json"], schema: JsonSchema): Json {
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function headersOf(names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { schema: { type: "string" } }]));
}

/** An empty requirement says that a request without credentials is answered too. */
function securityOf(access: Operation["access"]): Json {
  const any: Json[] = [{ apiKey: [] }, { bearer: [] }, { cookie: [] }];
  if (access === "anyone") return [];
  if (access === "caller") return [{}, ...any];
  return access === "admin" ? any : any.slice(1);
}

function errorsOf(operation: Operation): { [status: string]: Json } {
  const { access, body, bodyTypes, parameters = [], errors = [] } = operation;
  const codes: ErrorCode[] = [...errors];
  if (access !== "anyone") codes.push("INVALID_TOKEN", "WORKSPACE_MISMATCH");
  if (access === "user") codes.push("UNAUTHORIZED");
  if (access === "admin" || access === "operator") codes.push("UNAUTHORIZED", "FORBIDDEN");
  if (body) codes.push("UNSUPPORTED_MEDIA_TYPE", "VALIDATION");
  if (body && !bodyTypes) codes.push("MALFORMED_JSON", "BODY_TOO_LARGE");
  if (parameters.some((parameter) => parameter.in === "query")) codes.push("UNKNOWN_PARAMETER");
  if (parameters.includes(ONCE)) codes.push("VALIDATION", "CONFLICT");
  codes.push("INTERNAL", "UNAVAILABLE");
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${responseName(status)}` }]),
  );
}
