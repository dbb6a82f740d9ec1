import type { AdminAction, Awaitable, ErrorCode, KeyArea, Principal } from "@plinth/core";
import type { AccessName } from "@plinth/engine";
import type { Context } from "hono";
import type * as z from "zod";
import type { AppEnv, LoadClass } from "../context.ts";
import type { JsonSchema, Parameter } from "./openapi/json-schema.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete" | "options";

/**
 * What a scoped key needs for a route. An area of the administration: that its actions include `area:read` for a GET, and
 * `area:write` for other methods, unless the action is named. `items`: its roles and collections decide, like rules do.
 * `open`: nothing. `none`: no scoped key may call it.
 */
export type RouteScope = KeyArea | AdminAction | "items" | "open" | "none";

/** What decides whether a request needs a fresh proof. */
export interface FreshProofInput<Body> {
  readonly principal: Principal;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Body;
}

/**
 * The route needs a user, of those whom `access` admits, who has proven lately to be the account's owner: a sign-in or a
 * step-up. No key can do that, so nothing that a key makes outlives it or has more rights than it. A function says which
 * requests need it, and returns the field for which they do.
 */
export type FreshProofRule<Body> = true | ((input: FreshProofInput<Body>) => string | undefined);

/** The items of one collection, or of any, as the OpenAPI document names them. */
export interface ItemSchemas {
  /** The collection's slug; null for routes that accept any. */
  readonly slug: string | null;
  readonly item: JsonSchema;
  readonly create: JsonSchema;
  readonly patch: JsonSchema;
  readonly may: {
    readonly read: boolean;
    readonly create: boolean;
    readonly update: boolean;
    readonly delete: boolean;
  };
  readonly maxLimit: number;
}

/** Evaluated when the document is built: a process that never serves it spends nothing on it. */
export type Described<T> = (items: ItemSchemas) => T;

/** A route's part of the document beyond what its definition implies. */
export interface RouteText {
  readonly id: string | Described<string>;
  readonly tag: string | Described<string>;
  readonly summary: string | Described<string>;
  readonly status?: number;
  readonly responseTypes?: readonly string[];
  readonly responseHeaders?: readonly string[];
  /** Beside those of `query`. */
  readonly parameters?: Described<readonly Parameter[]>;
  /** Replaces the form of the schema that validates the body, which `own` returns. */
  readonly bodySchema?: (items: ItemSchemas, own: () => JsonSchema) => JsonSchema;
  /** Errors beyond those that follow from access, body and parameters. */
  readonly errors?: readonly ErrorCode[];
  /** What it may cost; without one it is quick. */
  readonly load?: LoadClass;
  /** Which requests wait for changes: they are limited as streams are, and hold no slot meanwhile. */
  readonly waits?: (request: Request) => boolean;
  /** An administrator may ask it as somebody else: it reads, or changes nothing because it is a dry run. */
  readonly viewAs?: true;
  /** Described again for every collection where the caller may do this. */
  readonly perCollection?: keyof ItemSchemas["may"];
}

export type Handler = (c: Context<AppEnv>) => Awaitable<Response>;

/** A route as it is mounted, described, and listed in the pages. */
export interface Route extends RouteText {
  readonly method: Method;
  /** With `:name` for parameters, as `URLPattern` has them: `:name+` stands for one or more segments. */
  readonly path: string;
  /** Names the kinds of callers, and what each of them needs: `ACCESS` has them. */
  readonly access: AccessName;
  /** Absent: no scoped key may call it. */
  readonly scope: RouteScope | undefined;
  /** Whether all requests, some or none need a fresh proof. */
  readonly fresh: "always" | "sometimes" | "never";
  readonly needs: Needs;
  readonly query: z.ZodObject | undefined;
  readonly body: z.ZodType | undefined;
  readonly bodyOptional: boolean;
  readonly bodyTypes: readonly string[] | undefined;
  readonly idempotent: boolean;
  readonly response: Described<JsonSchema>;
  readonly handler: Handler;
}

/** What must be ready before the route runs. */
export type Needs = "nothing" | "database" | "caller";
