import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { nodeSqlite } from "@plinth/adapters-sqlite/node";
import { serverPlatform } from "./server/platform.ts";
import type { ListenOptions, Runtime } from "./server/run.ts";

export const nodeRuntime: Runtime = {
  platform: (config) => serverPlatform("node", config, nodeSqlite),
  async listen(options) {
    const server = createHttpServer(options);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: options.host, port: options.port }, resolve);
    });
    const address = server.address();
    return {
      port: typeof address === "object" && address ? address.port : options.port,
      drain: () => new Promise((resolve) => server.close(() => resolve())),
    };
  },
};

function createHttpServer({ handle }: ListenOptions): Server {
  const listener = getRequestListener(
    (request, { incoming }) => handle(request, incoming.socket.remoteAddress),
    // The globals stay the host's own: code that is shared between hosts must not see a second kind of Request.
    { overrideGlobalObjects: false },
  );
  // An upload of hours is fine as long as it moves; only the headers must come in time.
  return createServer({ requestTimeout: 0, headersTimeout: 60_000 }, listener);
}
