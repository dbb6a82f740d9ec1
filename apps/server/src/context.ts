import type { Config, Platform, PlinthError, Principal, RequestHost, SqlDriver } from "@plinth/core";
import type { Credentials, Engine, RequestContext } from "@plinth/engine";
import type { Database } from "./database.ts";

/** What a request carries through the middlewares, and what the host says of it. */
export interface AppEnv {
  Bindings: RequestHost;
  Variables: {
    platform: Platform;
    engine: Engine;
    database: Database;
    driver: SqlDriver;
    requestId: string;
    /** The protocol that the path belongs to. */
    protocol: ProtocolForm;
    principal: Principal;
    /** The browser sent its cookie by itself, perhaps for another site. */
    byCookie?: true;
    ctx: RequestContext;
    /** The body, once it was read. */
    bodyBytes?: Uint8Array;
    /** Set by an answer that is streamed: settles when it no longer needs the connection. */
    streaming?: Promise<unknown>;
  };
}

/** How a protocol reads who calls, and how it answers where no route does. */
export interface ProtocolForm {
  /** What a request presents, before any of it is believed. */
  credentials(headers: Headers, engine: Engine): Credentials;
  errorResponse(error: PlinthError, requestId: string, request: Request): Response;
  readonly cors: CorsPolicy;
}

/** What browsers let pages of other origins do. */
export interface CorsPolicy {
  /** The origins whose pages may call; `*` stands for all of them, and none means that no answer speaks of CORS. */
  origins(config: Config): readonly string[];
  /** Whether pages may send cookies; unless it says so, never where all origins are admitted. */
  readonly credentials?: boolean;
  readonly allowMethods?: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
}
