import { type App, type Env, ERRORS, type Platform, type RequestHost } from "@plinth/core";
import { ConfigError, configWarnings } from "../../config.ts";

/** Stands for the public address while no request has shown it. */
export const UNKNOWN_URL = "http://localhost";

/** What an entry calls for each request; the first one starts the app. */
export interface LazyApp<Bindings> {
  fetch(request: Request, env: Bindings, host: RequestHost): Promise<Response>;
  /** For the host's own timer. */
  tick(env: Bindings): Promise<void>;
}

/**
 * One app for each instance of a serverless host. Settings arrive with the first request there, so the app is created
 * then; wrong settings are logged and answered with 503 until a deployment fixes them.
 */
export function lazyApp<Bindings extends object>(
  createApp: (platform: Platform) => App,
  createPlatform: (env: Bindings, requestUrl: string) => Platform,
): LazyApp<Bindings> {
  let app: App | undefined;
  let refusal: string | undefined;

  function start(request: Request, env: Bindings, host: RequestHost): App | undefined {
    if (app || refusal) return app;
    try {
      const platform = createPlatform(env, request.url);
      for (const warning of configWarnings(env as Env)) platform.log.warn(warning);
      app = createApp(platform);
      host.defer(logSetupLink(app, platform));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      refusal = error.message;
    }
    return app;
  }

  return {
    async fetch(request, env, host) {
      const started = start(request, env, host);
      if (started) return started.fetch(request, host);
      // biome-ignore lint/suspicious/noConsole: without settings there is no log yet.
      console.error(`plinth: ${refusal}`);
      return unavailable();
    },
    // An instance started by a timer has no request to learn its public address from, so its app is not kept.
    tick: (env) => (app ?? createApp(createPlatform(env, UNKNOWN_URL))).tick(),
  };
}

/** The person who deployed it can find the link only in the log. */
async function logSetupLink(app: App, { log }: Platform): Promise<void> {
  try {
    await app.ready();
    const link = await app.setupLink();
    if (link)
      log.warn(`This server has no operator yet. The first person who opens this link becomes the operator: ${link}`);
  } catch (error) {
    log.error("the server could not start", { error });
  }
}

function unavailable(): Response {
  const { status } = ERRORS.UNAVAILABLE;
  const message = "This server's settings are wrong; its log lists the errors.";
  return Response.json({ error: { code: "UNAVAILABLE", message } }, { status });
}
