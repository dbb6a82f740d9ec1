import { originAt, PlinthError, trustedOrigins } from "@plinth/core";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";

/**
 * Refuses writes that another site makes a browser send. Programs send no `Origin`; a browser always does with a write.
 */
export function requireTrustedOrigin(c: Context<AppEnv>): void {
  const { url, headers } = c.req.raw;
  const origin = headers.get("origin");
  if (origin === null) return;
  const { platform, workspaceHost } = c.env;
  const { config } = platform;
  // At a workspace's host name its own pages count, and not those of the server or of other workspaces.
  const appUrl = workspaceHost ? originAt(config.appUrl, workspaceHost.name) : config.appUrl;
  if (trustedOrigins({ ...config, appUrl }, url).includes(origin)) return;
  // The page is the server's own, under a name that the settings do not have.
  const own = origin === new URL(url).origin;
  throw new PlinthError(
    "ORIGIN_FORBIDDEN",
    own ? "This server is not known by this host name: add the name to ALLOWED_HOSTS, or set APP_URL." : undefined,
  );
}
