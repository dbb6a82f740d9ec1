/** Calls the built Vercel Node function as Vercel does: a web-standard `fetch`, with the request's context in its slot. */
import { AsyncLocalStorage } from "node:async_hooks";
import { createServer } from "node:http";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";

const { default: entry } = (await import(join(import.meta.dirname, "../../../dist/vercel-node/index.mjs"))) as {
  default: { fetch(request: Request): Promise<Response> };
};

const contexts = new AsyncLocalStorage<{ waitUntil(work: Promise<unknown>): void }>();
Object.assign(globalThis, { [Symbol.for("@vercel/request-context")]: { get: () => contexts.getStore() } });

const listener = getRequestListener((request, { incoming }) => {
  // Vercel sets this itself, whatever the client sent.
  request.headers.set("x-real-ip", incoming.socket.remoteAddress ?? "");
  return contexts.run({ waitUntil: (work) => void work }, () => entry.fetch(request));
});
const server = createServer(listener);
// A connection that is closed while a request is on its way would look like a fault of the host.
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
