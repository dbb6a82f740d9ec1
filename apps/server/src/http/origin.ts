import { type Config, PlinthError, trustedOrigins } from "@plinth/core";

/**
 * Refuses writes that another site makes a browser send. Programs send no `Origin`; a browser always does with a write.
 */
export function requireTrustedOrigin(config: Config, request: Request): void {
  const origin = request.headers.get("origin");
  if (origin === null || trustedOrigins(config, request.url).includes(origin)) return;
  // The page is the server's own, under a name that the settings do not have.
  const own = origin === new URL(request.url).origin;
  throw new PlinthError(
    "ORIGIN_FORBIDDEN",
    own ? "This server is not known by this host name: add the name to ALLOWED_HOSTS, or set APP_URL." : undefined,
  );
}
