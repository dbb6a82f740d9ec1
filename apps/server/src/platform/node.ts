import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { nodeSqlite, nodeSqliteBus } from "@plinth/adapters-sqlite/node";
import { serverPlatform } from "./server/platform.ts";
import type { Listener, ListenOptions, Runtime } from "./server/run.ts";

export const nodeRuntime: Runtime = {
  platform: (config) => serverPlatform("node", config, { sqlite: nodeSqlite, sqliteBus: nodeSqliteBus }),
  listen: serve,
};

async function serve({ host, port, handle }: ListenOptions): Promise<Listener> {
  const listener = getRequestListener((request, { incoming }) => handle(request, () => incoming.socket.remoteAddress));
  // An upload of hours is fine as long as it moves; only the headers must come in time.
  const server = createServer({ requestTimeout: 0, headersTimeout: 60_000 }, listener);
  const silent = trackSilent(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    drain: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of silent) socket.destroy();
      }),
  };
}

/** Connections that browsers open ahead of need: `close` would wait for their first request. */
function trackSilent(server: Server): Set<Socket> {
  const silent = new Set<Socket>();
  server.on("connection", (socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  server.on("request", ({ socket }) => silent.delete(socket));
  return silent;
}
