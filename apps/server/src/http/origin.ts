import { type Config, PlinthError } from "@plinth/core";

/**
 * Refuses writes that another site makes a browser send. Programs send no `Origin`; a browser always does with a write.
 * Trusted are the public address, the requested address, and the allow-list.
 */
export function requireTrustedOrigin(config: Config, request: Request): void {
  const origin = request.headers.get("origin");
  if (origin === null || origin === config.appUrl || config.corsOrigins.includes(origin)) return;
  if (origin === new URL(request.url).origin || origin === new URL(config.appUrl).origin) return;
  throw new PlinthError("ORIGIN_FORBIDDEN");
}
