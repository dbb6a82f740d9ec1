import type { Platform, Principal, RequestHost, SqlDriver } from "@plinth/core";
import type { Engine, Scope } from "@plinth/engine";

/** What a request carries through the middlewares, and what the host says of it. */
export interface AppEnv {
  Bindings: RequestHost;
  Variables: {
    platform: Platform;
    engine: Engine;
    driver: SqlDriver;
    requestId: string;
    principal: Principal;
    /** The browser sent its cookie by itself, perhaps for another site. */
    byCookie?: true;
    scope: Scope;
    /** The body, once it was read. */
    bodyBytes?: Uint8Array;
    /** Set by an answer that is streamed: settles when it no longer needs the connection. */
    streaming?: Promise<unknown>;
  };
}
