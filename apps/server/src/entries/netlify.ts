import { createApp } from "../app.ts";
import { type NetlifyContext, netlifyEnv, netlifyHost, netlifyPlatform } from "../platform/netlify.ts";
import { lazyApp } from "../platform/serverless/lazy-app.ts";

const app = lazyApp(createApp, netlifyPlatform);

export default (request: Request, context: NetlifyContext): Promise<Response> =>
  app.fetch(request, netlifyEnv(), netlifyHost(request, context));
