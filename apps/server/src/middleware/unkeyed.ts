import { invalid } from "@plinth/core";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

/**
 * For a write that is not one batch and cannot be marked as done together with what it does, so that a key would promise
 * what a killed server does not keep: it is refused rather than passed over, as a client that sends one relies on it.
 */
export function unkeyed(instead: string): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.header("idempotency-key") !== undefined)
      throw invalid("idempotency-key", `is not supported at this address. Leave it out: ${instead}`);
    await next();
  };
}
