import { requireAdmin } from "@plinth/engine";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

/** For routes that manage a workspace: full rights in it, by a secret key or the role `admin`. */
export const admin: MiddlewareHandler<AppEnv> = async (c, next) => {
  requireAdmin(c.var.principal);
  await next();
};
