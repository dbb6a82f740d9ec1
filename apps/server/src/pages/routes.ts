import type { AdminFiles } from "@plinth/core";
import { hasOperator } from "@plinth/engine";
import type { Context, Hono } from "hono";
import type { AppEnv } from "../context.ts";
import type { Database } from "../database.ts";
import { forCaller } from "../http/mount.ts";
import type { Handler } from "../http/route.ts";
import { withContext, withDatabase, withPrincipal } from "../http/stages.ts";
import { adminRoutes } from "./admin/routes.ts";
import { type AdminSite, adminSite } from "./admin/site.ts";
import { pageHref } from "./frame/request-language.ts";
import { answerPage, redirectTo } from "./hosted/hosted-page.ts";
import { hostedRoutes } from "./hosted/routes.ts";
import { devInboxPage } from "./server/dev-inbox.ts";
import { setupPage } from "./server/setup.ts";
import { startPage } from "./server/start.ts";

/** The server's own pages; everything else is the API. `admin`: it is served too. */
export function pagesRoutes(app: Hono<AppEnv>, database: Database, admin?: AdminFiles): void {
  const site = admin && adminSite(admin);
  if (site) adminRoutes(app, database, site);
  app.on("GET", ["/"], startOrHome(database, site));
  app.on("GET", ["/setup"], forOperator(database, setupPage));
  app.on("GET", ["/dev/inbox"], forOperator(database, devInboxPage));
  hostedRoutes(app, database);
}

/** A page for those who run the server, no matter who else is signed in in the same browser. */
function forOperator(database: Database, page: Handler): Handler {
  const handler = forCaller(database, page);
  return (c) => {
    c.env.asOperator = true;
    return handler(c);
  };
}

/** At a workspace's own host name there is no page of the server: whoever comes goes on where its users do. */
function startOrHome(database: Database, site: AdminSite | undefined): Handler {
  const start = withPrincipal(withContext(startPage));
  const home = withPrincipal(withContext((c) => answerPage(c, ({ next }) => redirectTo(next))));
  return withDatabase(database, async (c) => {
    if (c.env.workspaceHost) return home(c);
    if (site && acceptsPage(c) && (await site.isBuilt())) return toAdmin(c);
    c.env.asOperator = true;
    return start(c);
  });
}

/** People go on in the admin, as soon as there is an account for it. */
async function toAdmin(c: Context<AppEnv>): Promise<Response> {
  const ready = await hasOperator(c.env.engine, c.env.driver);
  return redirectTo(pageHref(c, ready ? "/admin" : "/setup"), 303);
}

const acceptsPage = (c: Context<AppEnv>): boolean => c.req.header("accept")?.includes("text/html") === true;
