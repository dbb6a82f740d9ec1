import type { App, Platform, RequestHost } from "@plinth/core";
import {
  brokerOf,
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
import { mount } from "./http/mount.ts";
import { NATIVE } from "./http/native.ts";
import { type Protocol, protocolFinder, protocolSockets } from "./http/protocol.ts";
import { cors } from "./middleware/cors.ts";
import { databaseConnection } from "./middleware/database-connection.ts";
import { handleError } from "./middleware/errors.ts";
import { answerNotFound } from "./middleware/not-found.ts";
import { preflight } from "./middleware/preflight.ts";
import { principal } from "./middleware/principal.ts";
import { request } from "./middleware/request.ts";
import { requestContext } from "./middleware/request-context.ts";
import { pagesRoutes } from "./pages/routes.ts";
import { PROTOCOLS } from "./protocols/index.ts";

/** The application over one platform. */
export function createApp(platform: Platform, protocols: readonly Protocol[] = PROTOCOLS): App {
  const { config, clock, log, passwords, bus } = platform;
  const engine = createEngine({ config, clock, log, passwords, bus, features: FEATURES });
  const database = openDatabase(platform, engine.features);
  const app = createRoutes({ platform, engine, database }, protocols);
  let running: Running | undefined;
  return {
    fetch: (request, host: RequestHost) => app.fetch(request, host),
    ready: () =>
      database.use(async (driver) => {
        // In a long-lived process it runs the work that otherwise waits for a write or a tick.
        if (platform.streams === undefined && driver.lifetime === "process") running ??= startFeatures(engine, driver);
      }),
    tick: () => database.use((driver) => tickFeatures(engine, driver)),
    setupLink: () => database.use((driver) => setupLink(engine, driver)),
    sockets: protocolSockets(protocols, engine, database.open),
    endStreams: () => brokerOf(engine)?.close(),
    async close() {
      await running?.stop();
      await bus.close?.();
      await database.close();
    },
  };
}

/** Middlewares in order, then the protocols. Paths outside all of them are answered in Plinth's own form. */
export function createRoutes(
  parts: { platform: Platform; engine: Engine; database: Database },
  protocols: readonly Protocol[],
): Hono<AppEnv> {
  const { config, log } = parts.platform;
  const app = new Hono<AppEnv>();

  app.onError((error, c) => handleError(error, c, log));
  app.use(request(parts, protocolFinder(protocols, NATIVE)));
  app.use(preflight(config, log));
  if ([NATIVE, ...protocols].some((form) => form.cors.origins(config).length > 0)) app.use(cors(config));

  const connected = databaseConnection(parts.database);
  pagesRoutes(app, connected, principal);
  mount(app, protocols, { nothing: [], database: [connected], caller: [connected, principal, requestContext] });

  answerNotFound(app);
  return app;
}
