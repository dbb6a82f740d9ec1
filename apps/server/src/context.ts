import type { Config, Platform, PlinthError, Principal, RequestHost, SqlDriver } from "@plinth/core";
import type { Credentials, Engine, RequestContext } from "@plinth/engine";
import type { Database } from "./database.ts";

/** A request's variables in the middlewares, and the host's facts about it. */
export interface AppEnv {
  Bindings: RequestHost;
  Variables: {
    platform: Platform;
    engine: Engine;
    database: Database;
    driver: SqlDriver;
    requestId: string;
    /** The protocol of the path. */
    protocol: ProtocolForm;
    principal: Principal;
    /** The browser sent its cookie automatically, perhaps for another site. */
    byCookie?: true;
    ctx: RequestContext;
    /** The body, once it was read. */
    bodyBytes?: Uint8Array;
    /** Set by a streamed answer: settles when it no longer needs the connection. */
    streaming?: Promise<unknown>;
  };
}

/** How a protocol reads the caller's credentials, and how it answers where no route does. */
export interface ProtocolForm {
  /** The request's credentials, not yet verified. */
  credentials(headers: Headers, engine: Engine): Credentials;
  errorResponse(error: PlinthError, requestId: string, request: Request): Response;
  readonly cors: CorsPolicy;
}

/** What pages of other origins may do. */
export interface CorsPolicy {
  /** The origins whose pages may call; `*` means all, and an empty list means no CORS headers. */
  origins(config: Config): readonly string[];
  /** Whether pages may send cookies; by default, only where not all origins are allowed. */
  readonly credentials?: boolean;
  readonly allowMethods?: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
}
