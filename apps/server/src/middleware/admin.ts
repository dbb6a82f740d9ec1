import { PlinthError, type Principal } from "@plinth/core";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

/** For routes that manage a workspace: full rights in it, by a secret key or the role `admin`. */
export const admin: MiddlewareHandler<AppEnv> = async (c, next) => {
  requireAdmin(c.var.principal);
  await next();
};

export function requireAdmin(principal: Principal): void {
  if (principal.bypass) return;
  if (principal.kind === "anonymous") throw new PlinthError("UNAUTHORIZED");
  throw new PlinthError("FORBIDDEN", "This needs the role admin or a secret key.");
}
