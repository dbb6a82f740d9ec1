/** Runs the built Vercel edge function in edge-runtime, as Vercel's own emulator does. Node 24 executes this file. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { createHandler, EdgeRuntime } from "edge-runtime";
import { HASHED_HEADERS } from "../../../scripts/build/hashed-headers.ts";
import { toScript } from "../../../scripts/build/to-script.ts";
import { staticAnswer } from "./static-files.ts";

const { PORT, ...settings } = process.env;
const bundle = readFileSync(join(import.meta.dirname, "../../../dist/vercel-edge/index.js"), "utf8");
// edge-runtime evaluates scripts, not modules; the few modules of Node that Vercel offers are handed in.
const script = toScript(bundle, "plinth");
// Vercel names the client in a header, whatever the client sent; the tests' clients are on this machine.
const listen = `addEventListener("fetch", (event) => {
  const headers = new Headers(event.request.headers);
  headers.set("x-real-ip", "127.0.0.1");
  const request = new Request(event.request, { headers });
  event.respondWith(plinth.default(request, { waitUntil: (work) => event.waitUntil(work) }));
});`;

const OFFERED = ["async_hooks", "assert", "buffer", "events", "util"];

async function offered(): Promise<Record<string, unknown>> {
  const modules: Record<string, unknown> = {};
  for (const name of OFFERED) modules[`node:${name}`] = await import(`node:${name}`);
  return modules;
}

const modules = await offered();
const runtime = new EdgeRuntime({
  extend: (context) => {
    Object.assign(context, {
      process: { env: settings },
      require(name: string) {
        if (!(name in modules)) throw new Error(`Vercel's edge runtime offers no ${name}`);
        return modules[name];
      },
    });
    return context;
  },
  initialCode: `${script}\n${listen}`,
});
const { handler } = createHandler({ runtime });

/** As the routes that the build writes: what is there is answered, and the function is asked for all else. */
const files = join(import.meta.dirname, "../../../dist");
const server = createServer((request, response) => {
  const path = URL.parse(request.url ?? "/", "http://localhost")?.pathname ?? "/";
  const found = path.startsWith("/admin/assets/") ? staticAnswer(files, path, HASHED_HEADERS) : undefined;
  if (found?.status !== 200) return handler(request, response);
  response.writeHead(found.status, found.headers).end(found.body);
});
// A connection that is closed while a request is on its way would look like a fault of the host.
server.keepAliveTimeout = 60_000;
server.listen(Number(PORT), "127.0.0.1");

process.on("SIGTERM", () => process.exit(0));
