import type { Hono } from "hono";
import type { AppEnv } from "../context.ts";
import type { Database } from "../database.ts";
import { forCaller } from "../http/mount.ts";
import { devInboxPage } from "./dev-inbox.ts";
import { invitationPage } from "./invitation.ts";
import { forgotPasswordPage, resetPasswordPage, verifiedPage } from "./password-pages.ts";
import { setupPage } from "./setup.ts";
import { startPage } from "./start.ts";

/** The server's own pages; everything else is the API. */
export function pagesRoutes(app: Hono<AppEnv>, database: Database): void {
  app.on("GET", ["/"], forCaller(database, startPage));
  app.on("GET", ["/setup"], forCaller(database, setupPage));
  app.on("GET", ["/invitation"], forCaller(database, invitationPage));
  app.on("GET", ["/dev/inbox"], forCaller(database, devInboxPage));
  app.on("GET", ["/forgot-password"], forgotPasswordPage);
  app.on("GET", ["/reset-password"], resetPasswordPage);
  app.on("GET", ["/verified"], verifiedPage);
}
