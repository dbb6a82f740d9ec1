import { createApp } from "../app.ts";
import { lazyApp } from "../platform/serverless/lazy-app.ts";
import { type WorkersEnv, workersHost, workersPlatform } from "../platform/workers.ts";

const app = lazyApp(createApp, workersPlatform);

export default {
  fetch(request: Request, env: WorkersEnv, context: { waitUntil(work: Promise<unknown>): void }): Promise<Response> {
    return app.fetch(request, env, workersHost(request, context));
  },
};
