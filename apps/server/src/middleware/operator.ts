import { requireOperator } from "@plinth/engine";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

/** For routes that reach beyond one workspace: an administrator of the default one. */
export const operator: MiddlewareHandler<AppEnv> = async (c, next) => {
  requireOperator(c.var.principal);
  await next();
};
