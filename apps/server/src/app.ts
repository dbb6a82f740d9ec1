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
import { hubOf, realtimeRoutes } from "./api/realtime/routes.ts";
import { socketKeeping } from "./api/realtime/socket-keeping.ts";
import { authRoutes } from "./api/rest/auth.ts";
import { batchRoutes } from "./api/rest/batch.ts";
import { changesRoutes } from "./api/rest/changes.ts";
import { collectionsRoutes } from "./api/rest/collections.ts";
import { healthRoutes } from "./api/rest/health.ts";
import { itemsRoutes } from "./api/rest/items.ts";
import { keysRoutes } from "./api/rest/keys.ts";
import { meRoutes } from "./api/rest/me.ts";
import { metricsRoutes } from "./api/rest/metrics.ts";
import { openapiRoutes } from "./api/rest/openapi.ts";
import { permissionsRoutes } from "./api/rest/permissions.ts";
import { rolesRoutes } from "./api/rest/roles.ts";
import { transferRoutes } from "./api/rest/transfer.ts";
import { usersRoutes } from "./api/rest/users.ts";
import { workspacesRoutes } from "./api/rest/workspaces.ts";
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
