import type { Hono } from "hono";
import type { AppEnv } from "../context.ts";
import type { Database } from "../database.ts";
import { forCaller } from "../http/mount.ts";
import type { Handler } from "../http/route.ts";
import { withContext, withDatabase, withPrincipal } from "../http/stages.ts";
import { answerPage, redirectTo } from "./hosted/hosted-page.ts";
import { hostedRoutes } from "./hosted/routes.ts";
import { devInboxPage } from "./server/dev-inbox.ts";
import { setupPage } from "./server/setup.ts";
import { startPage } from "./server/start.ts";

/** The server's own pages; everything else is the API. */
export function pagesRoutes(app: Hono<AppEnv>, database: Database): void {
  app.on("GET", ["/"], startOrHome(database));
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
function startOrHome(database: Database): Handler {
  const start = withPrincipal(withContext(startPage));
  const home = withPrincipal(withContext((c) => answerPage(c, ({ next }) => redirectTo(next))));
  return withDatabase(database, (c) => {
    if (c.env.workspaceHost) return home(c);
    c.env.asOperator = true;
    return start(c);
  });
}
