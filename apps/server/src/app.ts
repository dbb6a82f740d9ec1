import type { App, Platform } from "@plinth/core";
import {
  brokerOf,
  createEngine,
  FEATURES,
  hasStoredFiles,
  inspectDatabase,
  lifecycleOf,
  mailOutbox,
  noticeNewSecret,
  type Running,
  resetSecondFactor,
  setupLink,
  startFeatures,
  tickFeatures,
} from "@plinth/engine";
import { Hono } from "hono";
import type { H, RouterRoute } from "hono/types";
import type { AppEnv, AppParts } from "./context.ts";
import { openDatabase } from "./database.ts";
import { type Admission, admissionOf } from "./http/admission.ts";
import { domainRequestBy } from "./http/domain-request.ts";
import { fetchBy } from "./http/fetch.ts";
import { mount } from "./http/mount.ts";
import { NATIVE } from "./http/native.ts";
import { PathRouter } from "./http/path-router.ts";
import { type Protocol, protocolFinder, protocolSockets } from "./http/protocol.ts";
import { cors } from "./middleware/cors.ts";
import { errorHandler } from "./middleware/errors.ts";
import { answerNotFound } from "./middleware/not-found.ts";
import { failurePage } from "./pages/failure-page.ts";
import { pagesRoutes } from "./pages/routes.ts";
import { PROTOCOLS } from "./protocols/index.ts";
import { functionData } from "./protocols/rest/function-data.ts";
import { testHashes } from "./test-hashes.ts";

/** The application over one platform. */
export function createApp(platform: Platform, protocols: readonly Protocol[] = PROTOCOLS): App {
  const {
    config,
    clock,
    log,
    bus,
    claims,
    mailer,
    sms,
    captcha,
    files,
    contentHash,
    publicFetch,
    images,
    sandbox,
    trusted,
    answersWait,
    alarm,
  } = platform;
  const passwords = config.passwordHashing === "test" ? testHashes : platform.passwords;
  const engine = createEngine({
    config,
    clock,
    log,
    passwords,
    bus,
    claims,
    mailer,
    sms,
    captcha,
    files: files && (() => files(() => database.use(hasStoredFiles))),
    contentHash,
    publicFetch,
    images,
    sandbox,
    trusted,
    answersWait,
    alarm,
    functionData,
    outbox: mailOutbox,
    features: FEATURES,
  });
  const database = openDatabase(platform, engine.features);
  const parts = { platform, engine, database, admission: admissionOf(platform) };
  let running: Running | undefined;
  return {
    fetch: fetchBy(
      createRoutes(parts, protocols),
      parts,
      protocolFinder(protocols, NATIVE),
      domainRequestBy(protocols, config),
    ),
    ready: () =>
      database.use(async (driver) => {
        if (config.sending === "paused") log.warn("SENDING is paused: webhooks, http jobs and mails wait");
        await noticeNewSecret(engine, driver);
        await resetSecondFactor(engine, driver);
        // In a long-lived process it runs the work that otherwise waits for a write or a tick.
        if (platform.streams === undefined && driver.lifetime === "process") running ??= startFeatures(engine, driver);
      }),
    inspect: async () => inspectDatabase(engine, await platform.database()),
    tick: () => database.use((driver) => tickFeatures(engine, driver)),
    wake: () => database.use((driver) => engine.scheduler.ring(engine, driver)),
    setupLink: () => database.use((driver) => setupLink(engine, driver)),
    sockets: protocolSockets(protocols, engine, database.open),
    async windDown() {
      lifecycleOf(engine).stopping = true;
      await Promise.all([brokerOf(engine)?.close(), running?.stop()]);
    },
    async close() {
      await running?.stop();
      await trusted?.close();
      await mailer?.close?.();
      await sms?.close?.();
      await bus.close?.();
      await database.close();
    },
  };
}

/** The routes of the protocols. Paths outside all of them are answered in Plinth's own form. */
export function createRoutes(
  parts: AppParts & { readonly admission: Admission },
  protocols: readonly Protocol[],
): Hono<AppEnv> {
  const { config, log, admin } = parts.platform;
  const router = new PathRouter<[H, RouterRoute]>();
  const app = new Hono<AppEnv>({ router });

  app.onError(errorHandler(log, failurePage));
  // A middleware for all paths costs every request; this one is there for servers that pages of other origins call.
  if ([NATIVE, ...protocols].some((form) => form.cors.origins(config).length > 0)) app.use(cors(config));

  pagesRoutes(app, parts.database, config.admin ? admin : undefined);
  mount(app, protocols, parts);

  answerNotFound(app, router, failurePage);
  return app;
}
