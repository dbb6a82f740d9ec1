import { createApp } from "../app.ts";
import { lazyApp } from "../platform/serverless/lazy-app.ts";
import { backgroundObject } from "../platform/workers/background.ts";
import { workspaceObject } from "../platform/workers/object.ts";
import { type WorkersContext, type WorkersEnv, workersHost, workersPlatform } from "../platform/workers/platform.ts";

const app = lazyApp(createApp, workersPlatform);

export default {
  fetch(request: Request, env: WorkersEnv, context: WorkersContext): Promise<Response> {
    return app.fetch(request, env, workersHost(request, env, context));
  },
  scheduled(_: unknown, env: WorkersEnv, context: WorkersContext): void {
    context.waitUntil(app.tick(env));
  },
};

export const Workspace = workspaceObject(createApp);
export const Background = backgroundObject(createApp);
