import type { App, Platform, RequestHost } from "@plinth/core";
import {
  createEngine,
  type Engine,
  FEATURES,
  type Running,
  setupLink,
  startFeatures,
  tickFeatures,
} from "@plinth/engine";
import { Hono } from "hono";
import type { AppEnv } from "./context.ts";
import { type Database, openDatabase } from "./database.ts";
import { connection } from "./middleware/connection.ts";
import { cors } from "./middleware/cors.ts";
import { handleError } from "./middleware/errors.ts";
import { answerNotFound } from "./middleware/not-found.ts";
import { preflight } from "./middleware/preflight.ts";
import { principal } from "./middleware/principal.ts";
import { request } from "./middleware/request.ts";
import { scope } from "./middleware/scope.ts";
import { pagesRoutes } from "./pages/routes.ts";
import { hubOf, realtimeRoutes } from "./protocols/realtime/routes.ts";
import { socketKeeping } from "./protocols/realtime/socket-keeping.ts";
import { authRoutes } from "./protocols/rest/auth.ts";
import { batchRoutes } from "./protocols/rest/batch.ts";
import { changesRoutes } from "./protocols/rest/changes.ts";
import { collectionsRoutes } from "./protocols/rest/collections.ts";
import { healthRoutes } from "./protocols/rest/health.ts";
import { itemsRoutes } from "./protocols/rest/items.ts";
import { keysRoutes } from "./protocols/rest/keys.ts";
import { meRoutes } from "./protocols/rest/me.ts";
import { metricsRoutes } from "./protocols/rest/metrics.ts";
import { openapiRoutes } from "./protocols/rest/openapi.ts";
import { permissionsRoutes } from "./protocols/rest/permissions.ts";
import { rolesRoutes } from "./protocols/rest/roles.ts";
import { transferRoutes } from "./protocols/rest/transfer.ts";
import { usersRoutes } from "./protocols/rest/users.ts";
import { workspacesRoutes } from "./protocols/rest/workspaces.ts";

/** The application over one platform. */
export function createApp(platform: Platform): App {
  const { config, clock, log, passwords, bus } = platform;
  const engine = createEngine({ config, clock, log, passwords, bus, features: FEATURES });
  const database = openDatabase(platform);
  const app = createRoutes(platform, engine, database);
  let running: Running | undefined;
  return {
    fetch: (request, host: RequestHost) => app.fetch(request, host),
    ready: () =>
      database.use(async (driver) => {
        // Where a process lasts, it does by itself what elsewhere waits for a write or a tick.
        if (platform.streams === undefined && driver.lifetime === "process") running ??= startFeatures(engine, driver);
      }),
    tick: () => database.use((driver) => tickFeatures(engine, driver)),
    setupLink: () => database.use((driver) => setupLink(engine, driver)),
    sockets: socketKeeping(engine, database.open),
    endStreams: () => hubOf(engine)?.close(),
    async close() {
      await running?.stop();
      await bus.close?.();
      await database.close();
    },
  };
}

/** Middlewares in order, then the routes. */
export function createRoutes(platform: Platform, engine: Engine, database: Database): Hono<AppEnv> {
  const { config, log } = platform;
  const app = new Hono<AppEnv>();

  app.onError((error, c) => handleError(error, c, log));
  app.use(request(platform, engine));
  app.use(preflight(config.corsOrigins, log));
  if (config.corsOrigins.length > 0) app.use(cors(config));
  healthRoutes(app, platform, database);

  app.use(connection(database));
  pagesRoutes(app);
  authRoutes(app);

  app.use("/api/*", principal, scope);
  meRoutes(app);
  workspacesRoutes(app);
  keysRoutes(app);
  usersRoutes(app);
  rolesRoutes(app);
  permissionsRoutes(app);
  collectionsRoutes(app);
  transferRoutes(app);
  itemsRoutes(app);
  batchRoutes(app);
  changesRoutes(app);
  metricsRoutes(app);
  openapiRoutes(app);
  realtimeRoutes(app);

  answerNotFound(app);
  return app;
}
