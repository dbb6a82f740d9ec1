import { createApp } from "../app.ts";
import { lazyApp } from "../platform/serverless/lazy-app.ts";
import { vercelEdgePlatform, vercelHost } from "../platform/vercel.ts";

const app = lazyApp(createApp, vercelEdgePlatform);

export default (request: Request, context: { waitUntil(work: Promise<unknown>): void }): Promise<Response> =>
  app.fetch(request, process.env, vercelHost(request, context));
