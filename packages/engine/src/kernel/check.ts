import type { Finding } from "@plinth/core";
import type { RequestContext } from "./engine.ts";

/** What the request that asks says about the way to this server. */
export interface Arrival {
  /** The host name and port to which the client sent it. */
  readonly host: string | undefined;
  /** Proxies have written `X-Forwarded-For`. */
  readonly forwarded: boolean;
}

/** Looks at one thing that can be wrong with a running server or workspace. Reads only, and little. */
export interface Check {
  /** Unique among all checks, such as `open-writes`. */
  readonly name: string;
  /** `server`: only owners of the server see it. */
  readonly scope: "workspace" | "server";
  /** One line for the documentation: what it looks for. */
  readonly summary: string;
  find(ctx: RequestContext, arrival: Arrival): readonly Finding[] | Promise<readonly Finding[]>;
}
