import { invalid } from "@plinth/core";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

/**
 * For writes that cannot be marked as done together with what they do, so that a key would promise what a killed server
 * does not keep: it is refused rather than passed over, as a client that sends one relies on it.
 */
export function unkeyed(instead: string): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.header("idempotency-key") !== undefined)
      throw invalid("idempotency-key", `is not supported at this address. Leave it out: ${instead}`);
    await next();
  };
}

/** Where the second try finds what the first has made. */
export const unkeyedByName = unkeyed("a second try is refused with 409 where the first was done.");

/** Where doing it twice is doing it once. */
export const unkeyedAnyway = unkeyed("sent again, it changes nothing more.");
