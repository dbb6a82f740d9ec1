import { ERRORS, type ErrorCode, type Json } from "@plinth/core";
import { ACCESS, type AccessName, type Callers, VIEW_AS } from "@plinth/engine";

import { type JsonSchema, object, open, type Parameter, TEXT, UUID } from "./openapi/json-schema.ts";
import { parametersOf, schemaOf } from "./openapi/zod-schema.ts";
import type { ItemSchemas, Method, Route } from "./route.ts";

export interface OpenApiOperation {
  readonly path: string;
  readonly method: Method;
  readonly tag: string;
  readonly description: Json;
}

const ONCE: Parameter = {
  name: "Idempotency-Key",
  in: "header",
  description: "A text in quotes that is new for each write: sent again, it gives the first answer",
  schema: TEXT,
};

const AS: Parameter = {
  name: VIEW_AS,
  in: "header",
  description:
    "Of administrators: answer as this principal would be answered. `anonymous`, `authenticated`, `role:NAME`, `user:ID`, `user:ID@ORGANIZATION` or `key:ID`",
  schema: TEXT,
};

/** A route as an OpenAPI operation, for any collection or for one. */
export function operationOf(route: Route, items: ItemSchemas): OpenApiOperation {
  const { id, tag, summary, status = 200, access, responseHeaders, responseTypes, bodyTypes, bodyOptional } = route;
  const said = (text: string | ((items: ItemSchemas) => string)): string =>
    typeof text === "string" ? text : text(items);
  const path = pathOf(route, items);
  const parameters = parametersIn(route, items);
  const all = [...pathParameters(path), ...parameters];
  const body = bodyOf(route, items);
  const description: Json = {
    operationId: said(id),
    tags: [said(tag)],
    summary: said(summary),
    security: securityOf(access),
    "x-callers": Object.keys(ACCESS[access].callers),
    ...(all.length > 0 && { parameters: all as unknown as Json }),
    ...(body && {
      requestBody: { required: !(bodyOptional && !isDemanding(body)), content: contentOf(bodyTypes, body) },
    }),
    responses: {
      [status]: isRedirect(status)
        ? { description: "Leads the browser on; there is no body", headers: headersOf(["location"]) }
        : {
            description: "Done",
            ...(responseHeaders && { headers: headersOf(responseHeaders) }),
            content: contentOf(responseTypes, route.response(items)),
          },
      ...errorsOf(route, body !== undefined, parameters),
      ...(takesQuery(parameters) && TOO_LONG),
    },
  };
  return { path, method: route.method, tag: said(tag), description };
}

/** From the host itself, before the request is read. */
const TOO_LONG: { [status: string]: Json } = {
  431: { description: "The URL and the headers are longer than the host accepts; there is no body" },
};

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

function takesQuery(parameters: readonly Parameter[]): boolean {
  return parameters.some((parameter) => parameter.in === "query");
}

function pathOf({ path, perCollection }: Route, { slug }: ItemSchemas): string {
  const own = perCollection && slug !== null ? path.replace(":slug", slug) : path;
  return own.replace(/:(\w+)\+?/g, "{$1}");
}

function parametersIn({ query, parameters, idempotent, viewAs }: Route, items: ItemSchemas): Parameter[] {
  const headers = [...(idempotent ? [ONCE] : []), ...(viewAs ? [AS] : [])];
  return [...(query ? parametersOf(query) : []), ...(parameters?.(items) ?? []), ...headers];
}

function bodyOf({ body, bodySchema }: Route, items: ItemSchemas): JsonSchema | undefined {
  const own = (): JsonSchema => schemaOf(body!);
  if (bodySchema) return bodySchema(items, own);
  return body && own();
}

/** Whether an empty object is invalid. */
function isDemanding({ required }: JsonSchema): boolean {
  return Array.isArray(required) && required.length > 0;
}

function pathParameters(path: string): Parameter[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  return names.map((name) => ({ name, in: "path", required: true, schema: name === "id" ? UUID : TEXT }));
}

/** Of a stream, an event: `data` is JSON. */
const EVENT: JsonSchema = open(object({ "id?": TEXT, "event?": TEXT, data: TEXT }));

/** The schema describes JSON; any other type is a text, or a stream of events. */
function contentOf(types: readonly string[] = ["application/json"], schema: JsonSchema): Json {
  const described = (type: string): JsonSchema => {
    if (type.startsWith("text/event-stream")) return EVENT;
    return /^application\/json\b/.test(type) ? schema : TEXT;
  };
  return Object.fromEntries(types.map((type) => [type, { schema: described(type) as Json }]));
}

function headersOf(names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { schema: { type: "string" } }]));
}

/** An empty requirement means that requests without credentials are answered too. */
function securityOf(access: AccessName): Json {
  if (access === "anyone") return [];
  const { anonymous, key, user, operator }: Callers = ACCESS[access].callers;
  const without: Json[] = anonymous ? [{}] : [];
  const keys: Json[] = key ? [{ apiKey: [] }] : [];
  return [...without, ...keys, { bearer: [] }, ...(user || operator ? [{ cookie: [] }] : [])];
}

/** Credentials of another kind are refused, as are those of these kinds that lack what is needed. */
function mayRefuse(access: AccessName): boolean {
  const { anonymous, user, key, operator }: Callers = ACCESS[access].callers;
  return [anonymous, user, key, operator].some((needed) => needed !== "any");
}

function errorsOf(route: Route, hasBody: boolean, parameters: readonly Parameter[]): { [status: string]: Json } {
  const { access, bodyTypes, idempotent, viewAs, errors = [] } = route;
  const codes: ErrorCode[] = [...errors];
  if (access !== "anyone") codes.push("INVALID_TOKEN", "WORKSPACE_MISMATCH");
  if (mayRefuse(access)) codes.push("UNAUTHORIZED", "FORBIDDEN");
  if (route.fresh !== "never") codes.push("STEP_UP_REQUIRED", "IMPERSONATED");
  if (hasBody) codes.push("UNSUPPORTED_MEDIA_TYPE", "VALIDATION", "REQUEST_TIMEOUT");
  if (hasBody && !bodyTypes) codes.push("MALFORMED_JSON", "BODY_TOO_LARGE");
  if (takesQuery(parameters)) codes.push("UNKNOWN_PARAMETER");
  if (idempotent) codes.push("VALIDATION", "CONFLICT");
  if (viewAs) codes.push("UNAUTHORIZED", "FORBIDDEN", "VALIDATION");
  codes.push("INTERNAL", "UNAVAILABLE");
  if (route.method !== "get") codes.push("OUTCOME_UNKNOWN");
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${responseName(status)}` }]),
  );
}

/** The component that describes the errors of a status. */
export function responseName(status: number): string {
  return `Error${status}`;
}
