import { DEFAULT_WORKSPACE_ID, OPERATORS_POOL_ID, originAt } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";

/** Where browsers find the pages of a pool, and its API below `/api`. */
export interface PublicAddress {
  readonly origin: string;
  /** Before the paths of its pages, and after `/api` before those of its API; empty at a host name of its own. */
  readonly path: string;
}

/** Before `/auth`, it names the pool of the operators. */
const OPERATORS_PATH = "/operator";

/** `host`: the workspace's own host name by which the request came. */
export function publicAddress({ config }: Engine, pool: string, host?: string): PublicAddress {
  if (host !== undefined) return { origin: originAt(config.appUrl, host), path: "" };
  return { origin: config.appUrl, path: workspacePath(pool) };
}

/** The server's address in messages, if the request used a host name of the workspace. */
export function addressVariables(engine: Engine, pool: string, host: string | undefined): { app_url?: string } {
  return host === undefined ? {} : { app_url: publicAddress(engine, pool, host).origin };
}

/** The default workspace is meant where none is named. The id stays when the slug changes. */
function workspacePath(pool: string): string {
  if (pool === OPERATORS_POOL_ID) return OPERATORS_PATH;
  return pool === DEFAULT_WORKSPACE_ID ? "" : `/t/${pool}`;
}

/** The address to which a provider of a workspace sends browsers back. */
export function callbackUrl({ origin, path }: PublicAddress, provider: string): string {
  return `${origin}/api${path}/auth/callback/${provider}`;
}
