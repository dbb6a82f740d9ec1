import { type Config, type Log, PlinthError } from "@plinth/core";
import type { CorsPolicy } from "../context.ts";

/** Anybody can send requests of any origin; they must not fill the log. */
const MAX_WARNINGS = 10;

/**
 * Refuses the preflight of a page that `CORS_ORIGINS` does not allow, and logs why: the browser shows only that CORS
 * failed. The answer has no CORS headers and does not name the origin.
 */
export function preflight(config: Config, log: Log): (request: Request, policy: CorsPolicy) => void {
  const warned = new Set<string>();
  return ({ method, headers, url }, policy) => {
    if (method !== "OPTIONS") return;
    const origin = headers.get("origin");
    if (origin === null || !headers.has("access-control-request-method")) return;
    const admitted = policy.origins(config);
    if (admitted.includes("*") || admitted.includes(origin)) return;
    if (policy.decidesItself?.(new URL(url).pathname)) return;
    if (!warned.has(origin) && warned.size < MAX_WARNINGS) {
      warned.add(origin);
      log.warn("refused a page of another origin; add the origin to CORS_ORIGINS to allow it", { origin });
    }
    throw new PlinthError("ORIGIN_FORBIDDEN", "Pages of this origin may not call this server: add it to CORS_ORIGINS.");
  };
}
