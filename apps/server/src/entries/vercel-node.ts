import process from "node:process";
import { createApp } from "../app.ts";
import { lazyApp } from "../platform/serverless/lazy-app.ts";
import { vercelHost } from "../platform/vercel.ts";
import { vercelNodePlatform } from "../platform/vercel-node.ts";

const app = lazyApp(createApp, vercelNodePlatform);

export default {
  fetch(request: Request): Promise<Response> {
    return app.fetch(request, process.env, vercelHost(request));
  },
};
