import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import process from "node:process";
import { getRequestListener } from "@hono/node-server";
import { nodeSqlite, nodeSqliteBus, serveNodeStatement } from "@plinth/adapters-sqlite/node";
import { threadedCodec } from "./codec-threads.ts";
import { sentPieces, withOwnChunks } from "./node-bodies.ts";
import { asksForSocket, socketUpgrades } from "./node-sockets.ts";
import { nodeTrusted } from "./node-trusted.ts";
import { serverPlatform } from "./server/platform.ts";
import type { Listener, ListenOptions, Runtime } from "./server/run.ts";
import { statementCommand } from "./server/statement-command.ts";
import { bundledThreadedSandbox } from "./threaded-sandbox.ts";

/** The bundle's target; `npm run build` and docs/deploy.md name the same version. */
const OLDEST_NODE = 24;

const { pieces, Answer } = sentPieces();

export const nodeRuntime: Runtime = {
  unfit: () =>
    Number.parseInt(process.versions.node, 10) < OLDEST_NODE
      ? `Plinth needs Node ${OLDEST_NODE} or newer; this is ${process.version}.`
      : undefined,
  platform: (config) =>
    serverPlatform("node", config, {
      sqlite: (options) => nodeSqlite({ ...options, statementCommand: statementCommand() }),
      sqliteBus: nodeSqliteBus,
      sentPieces: pieces,
      spareCodec: threadedCodec,
      sandbox: bundledThreadedSandbox(),
      trusted: nodeTrusted,
    }),
  serveStatement: serveNodeStatement,
  listen: serve,
};

async function serve({ host, port, handle }: ListenOptions): Promise<Listener> {
  const upgrades = socketUpgrades();
  const listener = getRequestListener((request, { incoming }) => {
    const message = incoming as IncomingMessage;
    return handle(withOwnChunks(request, message), upgrades.peerOf(message));
  });
  // An upload may take hours while data arrives; only the headers have a time limit.
  const options = {
    requestTimeout: 0,
    headersTimeout: 60_000,
    shouldUpgradeCallback: asksForSocket,
    ServerResponse: Answer,
  };
  const server = createServer(options, listener);
  // As on Bun. Live streams have heartbeats, so what is silent for so long is dead, or does not read.
  server.setTimeout(255_000);
  server.on("upgrade", (request, socket, head) => void listener(request, upgrades.begin(request, socket, head)));
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

/** Connections that browsers open in advance: `close` would wait for their first request. */
function trackSilent(server: Server): Set<Socket> {
  const silent = new Set<Socket>();
  server.on("connection", (socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  for (const event of ["request", "upgrade"]) server.on(event, ({ socket }) => silent.delete(socket));
  return silent;
}
