/** Runs the built Netlify edge function, with what Netlify adds to Deno. Deno executes this file. */
import type { NetlifyContext } from "../../../apps/server/src/platform/netlify.ts";
import { netlifySite } from "./static-files.ts";

type Handler = (request: Request, context: NetlifyContext) => Promise<Response>;

declare const Deno: {
  env: { toObject(): Record<string, string> };
  serve(
    options: { hostname: string; port: number },
    handler: (request: Request, info: { remoteAddr: { hostname: string } }) => Promise<Response>,
  ): unknown;
};

const { PORT, ...settings } = Deno.env.toObject();
Object.assign(globalThis, { Netlify: { env: { toObject: () => settings } } });

const built = new URL("../../../dist/netlify/edge-functions/plinth/index.js", import.meta.url);
const { default: handler } = (await import(built.href)) as { default: Handler };

const site = netlifySite();

Deno.serve({ hostname: "127.0.0.1", port: Number(PORT) }, async (request, { remoteAddr }) => {
  const found = site(new URL(request.url).pathname);
  if (found) return new Response(found.body, found);
  return handler(request, { ip: remoteAddr.hostname, waitUntil: (work) => void work.catch(console.error) });
});
