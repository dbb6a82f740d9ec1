import type { Awaitable } from "@plinth/core";
import {
  type AccessName,
  type CursorPage,
  type PageQuery,
  type RequestContext,
  requireFreshSession,
  requireRoleIn,
} from "@plinth/engine";
import type { Context } from "hono";
import type * as z from "zod";
import type { AppEnv } from "../context.ts";
import { jsonRead } from "./answer-read.ts";
import { answerData } from "./answer-write.ts";
import { readJson, readOptionalJson } from "./body.ts";
import { callerCheckOf, roleInPath } from "./caller-check.ts";
import { data, type JsonSchema } from "./openapi/json-schema.ts";
import { cursorPage, pageIn, withCursor } from "./paging.ts";
import type { Described, FreshProofRule, Handler, Method, Needs, Route, RouteScope, RouteText } from "./route.ts";
import { parseQuery, parseValue } from "./validate.ts";

/** A strict object that validates the parameters, or a function that reads them. */
type QuerySource = z.ZodObject | ((c: Context<AppEnv>) => unknown);

type OutputOf<Source> = Source extends z.ZodType
  ? z.output<Source>
  : Source extends (c: Context<AppEnv>) => infer T
    ? T
    : undefined;

/** A method and a path, with `:name` for parameters; the last one may be `:name+`, for one or more segments. */
type RouteAddress = `${Uppercase<Method>} ${string}`;

type PathOf<At> = At extends `${string} ${infer Path}` ? Path : string;

type ParamNames<Path> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<Rest>
  : Path extends `${string}:${infer Name}+`
    ? Name
    : Path extends `${string}:${infer Name}`
      ? Name
      : never;

export interface Input<Query, Body> {
  readonly query: OutputOf<Query>;
  readonly body: OutputOf<Body>;
}

interface InputWithParams<Path, Query, Body> extends Input<Query, Body> {
  readonly params: { readonly [Name in ParamNames<Path>]: string };
}

interface PageInput<Path, Query> {
  /** The route's own parameters, and those of the page. */
  readonly query: (Query extends undefined ? object : OutputOf<Query>) & PageQuery;
  readonly params: InputWithParams<Path, undefined, undefined>["params"];
}

interface Form<Query, Body> extends RouteText {
  /** Who may call it: the kinds of callers, and what each needs. All others are refused before the rest is read. */
  readonly access: AccessName;
  /** What a scoped key needs. Absent: no scoped key may call it. */
  readonly scope?: RouteScope;
  /** Whether a fresh proof is needed: for all that gives rights which outlive the request, and cannot be taken back. */
  readonly fresh?: FreshProofRule<OutputOf<Body>>;
  /** By default, the caller is known and `c.env.ctx` is set. */
  readonly needs?: Needs;
  /** A check of the request that has nothing to do with who calls, before all others. */
  readonly guard?: (c: Context<AppEnv>) => void;
  /** A ticket may stand for the credentials. The handler then admits whoever the ticket is from, by `callerCheckOf`. */
  readonly acceptsTicket?: true;
  readonly query?: Query;
  readonly body?: Body;
  /** For a body with several forms: the form to validate it by, so that an error names the mistake. */
  readonly bodyForm?: (body: unknown) => z.ZodType;
  /** A missing body counts as an empty object. */
  readonly bodyOptional?: true;
  /** Media types of a body that is not JSON, which `handle` reads. */
  readonly bodyTypes?: readonly string[];
  readonly response: Described<JsonSchema>;
}

/**
 * How it answers; `response` describes the result of `read` and `write`, which is sent as `data`, or one entry of the list of
 * which `page` reads a page.
 */
type Answer<Path extends string, Query, Body> =
  | { page(ctx: RequestContext, input: PageInput<Path, Query>): Promise<CursorPage<unknown>> }
  | { read(ctx: RequestContext, input: InputWithParams<Path, Query, Body>): unknown }
  | {
      /** Runs once if the request has an idempotency key. */
      write(ctx: RequestContext, input: InputWithParams<Path, Query, Body>): Promise<unknown>;
      readonly status?: 200 | 201 | 202;
    }
  | {
      handle(c: Context<AppEnv, Path>, input: Input<Query, Body>): Awaitable<Response>;
      /** It stores its answer for the request's idempotency key, by `answerWrite` and the like. */
      readonly idempotent?: true;
    };

/**
 * A route: how it is called, read, guarded, answered and described, in one place.
 *
 * @example
 * export const createRoleRoute = defineRoute("POST /api/roles", {
 *   id: "createRole",
 *   tag: "Roles",
 *   summary: "Make a role",
 *   access: "admin",
 *   body: z.strictObject({ name: z.string() }),
 *   status: 201,
 *   response: () => ROLE,
 *   write: (ctx, { body }) => createRole(ctx, body),
 * });
 */
export function defineRoute<
  const At extends RouteAddress,
  Query extends QuerySource | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(at: At, definition: Form<Query, Body> & Answer<PathOf<At>, Query, Body>): Route {
  const [method, path] = at.split(" ") as [string, string];
  const isPage = "page" in definition;
  const { body, response } = definition;
  const query = isPage ? withCursor(definition.query as z.ZodObject | undefined) : definition.query;
  return {
    ...(definition as RouteText),
    ...(isPage && { errors: [...(definition.errors ?? []), "INVALID_CURSOR"] }),
    method: method.toLowerCase() as Method,
    path,
    access: definition.access,
    scope: definition.scope,
    fresh: definition.fresh === undefined ? "never" : definition.fresh === true ? "always" : "sometimes",
    needs: definition.needs ?? "caller",
    query: typeof query === "object" ? query : undefined,
    body,
    bodyOptional: definition.bodyOptional ?? false,
    bodyTypes: definition.bodyTypes,
    idempotent: "write" in definition || ("idempotent" in definition && definition.idempotent === true),
    response: (items) => described(definition, response(items)),
    handler: handlerOf(method, path, { ...definition, query } as RouteDefinition),
  };
}

function described(definition: object, response: JsonSchema): JsonSchema {
  if ("handle" in definition) return response;
  return "page" in definition ? cursorPage(response) : data(response);
}

type Reader = (c: Context<AppEnv>) => unknown;

/** A definition without its type parameters. */
type RouteDefinition = Omit<Form<QuerySource | undefined, z.ZodType | undefined>, "fresh"> & {
  readonly fresh?: FreshProofRule<unknown>;
  page?(ctx: RequestContext, input: object): Promise<CursorPage<unknown>>;
  read?(ctx: RequestContext, input: object): unknown;
  write?(ctx: RequestContext, input: object): Promise<unknown>;
  handle?(c: Context<AppEnv>, input: object): Awaitable<Response>;
  readonly status?: 200 | 201 | 202;
};

/** Access first, then the parameters, then the body: no caller learns more than it may. */
function handlerOf(method: string, path: string, definition: RouteDefinition): Handler {
  const guard = guardOf(method, path, definition);
  const query = queryReader(definition);
  const body = bodyReader(definition);
  const answer = answerOf(definition);
  const { fresh } = definition;
  const least = roleInPath(path, definition.access);
  if (!body && !fresh && !least) {
    return (c) => {
      guard?.(c);
      return answer(c, { query: query?.(c), body: undefined });
    };
  }
  return async (c) => {
    guard?.(c);
    if (least) await requireRoleIn(c.env.ctx, c.req.param("workspace")!, least);
    if (fresh === true) await requireFreshSession(c.env.ctx);
    const known = query?.(c);
    const given = await body?.(c);
    if (typeof fresh === "function") await requireFreshFor(c, fresh, given);
    return answer(c, { query: known, body: given });
  };
}

async function requireFreshFor(
  c: Context<AppEnv>,
  fresh: Exclude<FreshProofRule<unknown>, true>,
  body: unknown,
): Promise<void> {
  const { ctx, principal } = c.env;
  const field = fresh({ principal, params: c.req.param() as Record<string, string>, body });
  if (field !== undefined) await requireFreshSession(ctx, field);
}

function guardOf(
  method: string,
  path: string,
  { guard, needs = "caller", acceptsTicket, access, scope }: RouteDefinition,
): ((c: Context<AppEnv>) => void) | undefined {
  // Before the caller is known, the service is asked whose account it is.
  const admit = needs !== "caller" || acceptsTicket ? undefined : callerCheckOf({ method, path, access, scope });
  if (!admit) return guard;
  return (c) => {
    guard?.(c);
    admit(c.env.principal, c.req.method);
  };
}

function queryReader({ query }: RouteDefinition): Reader | undefined {
  return typeof query === "object" ? (c) => parseQuery(query, c.req.url) : query;
}

function bodyReader({
  body: schema,
  bodyForm,
  bodyOptional,
}: RouteDefinition): ((c: Context<AppEnv>) => Promise<unknown>) | undefined {
  if (!schema) return undefined;
  return async (c) => {
    const body = bodyOptional ? ((await readOptionalJson(c)) ?? {}) : await readJson(c);
    return parseValue(bodyForm?.(body) ?? schema, body);
  };
}

function answerOf(definition: RouteDefinition): (c: Context<AppEnv>, input: object) => Awaitable<Response> {
  const { page, read, write, handle, status = 200 } = definition;
  if (handle) return handle;
  const withParams = (c: Context<AppEnv>, input: object): object => ({ ...input, params: c.req.param() });
  if (write) return (c, input) => answerData(c, status, (ctx) => write(ctx, withParams(c, input)));
  if (page) {
    return async (c, input) => {
      const { ctx } = c.env;
      const { query } = input as { query: object };
      return jsonRead(c, await page(ctx, withParams(c, { query: pageIn(ctx, query) })));
    };
  }
  return async (c, input) => jsonRead(c, { data: await read!(c.env.ctx, withParams(c, input)) }, status);
}
