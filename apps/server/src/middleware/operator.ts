import { requireOperator } from "@plinth/engine";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

/** For routes that reach beyond one workspace: only for operators. */
export const operator: MiddlewareHandler<AppEnv> = async (c, next) => {
  requireOperator(c.var.principal);
  await next();
};
