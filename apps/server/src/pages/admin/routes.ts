import { PlinthError } from "@plinth/core";
import type { Context, Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import type { Database } from "../../database.ts";
import type { Handler } from "../../http/route.ts";
import { withDatabase } from "../../http/stages.ts";
import { missingPage } from "./missing.ts";
import type { AdminSite } from "./site.ts";

/**
 * The admin, for operators, at the server's own host names. There it needs no database: it loads although that does not
 * answer.
 */
export function adminRoutes(app: Hono<AppEnv>, database: Database, site: AdminSite): void {
  const answer: Handler = async (c) => {
    const response = await site.answer(pathOf(c), c.req.raw.headers);
    if (response === null) throw new PlinthError("NOT_FOUND");
    return response ?? missingPage(c);
  };
  const unlessWorkspace = withDatabase(database, (c) => {
    if (c.env.workspaceHost) throw new PlinthError("NOT_FOUND");
    return answer(c);
  });
  app.on("GET", ["/admin", "/admin/*"], (c) => {
    // A workspace's users have the path of a workspace before it; the admin has it behind.
    if (c.env.pathWorkspace !== undefined || c.env.asOperator) throw new PlinthError("NOT_FOUND");
    return c.env.requestedHost === undefined ? answer(c) : unlessWorkspace(c);
  });
}

const pathOf = (c: Context<AppEnv>): string => c.req.path.slice("/admin/".length);
