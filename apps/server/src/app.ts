import type { App, Platform, RequestHost } from "@plinth/core";
import { createEngine } from "@plinth/engine";
import { Hono } from "hono";
import { collectionsRoutes } from "./api/rest/collections.ts";
import { healthRoutes } from "./api/rest/health.ts";
import { itemsRoutes } from "./api/rest/items.ts";
import { permissionsRoutes } from "./api/rest/permissions.ts";
import type { AppEnv } from "./context.ts";
import { openDatabase } from "./database.ts";
import { connection } from "./middleware/connection.ts";
import { cors } from "./middleware/cors.ts";
import { handleError } from "./middleware/errors.ts";
import { answerNotFound } from "./middleware/not-found.ts";
import { scope } from "./middleware/scope.ts";

/** The application over one platform: middlewares in order, then the routes. */
export function createApp(platform: Platform): App {
  const { config, clock, log } = platform;
  const engine = createEngine({ config, clock, log });
  const database = openDatabase(platform);
  const app = new Hono<AppEnv>();

  app.onError((error, c) => handleError(error, c, log));
  if (config.corsOrigins.length > 0) app.use(cors(config));
  healthRoutes(app, platform, database);

  app.use(connection(platform, engine, database));
  app.use("/api/*", scope);
  collectionsRoutes(app);
  permissionsRoutes(app);
  itemsRoutes(app);

  answerNotFound(app);
  return {
    fetch: (request, host: RequestHost) => app.fetch(request, host),
    ready: async () => {
      const driver = await database.open();
      if (driver.lifetime === "request") await driver.close?.();
    },
    setupLink: async () => null,
    close: () => database.close(),
  };
}
