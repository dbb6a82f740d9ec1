import { nodeSqlite, nodeSqliteBus } from "@plinth/adapters-sqlite/node";
import type { SocketHandler, SocketIo } from "@plinth/core";
import { threadedCodec } from "./codec-threads.ts";
import { serverPlatform } from "./server/platform.ts";
import type { Listener, ListenOptions, Runtime } from "./server/run.ts";
import { notAHandshake, PING_SECONDS } from "./server/sockets.ts";
import { bundledThreadedSandbox } from "./threaded-sandbox.ts";

/** The part of Deno's API used here, so that the whole project compiles without Deno's types. */
declare const Deno: {
  serve(
    options: { hostname: string; port: number; onListen(): void },
    handler: (request: Request, info: { remoteAddr: { hostname?: string } }) => Promise<Response>,
  ): { addr: { port: number }; shutdown(): Promise<void> };
  upgradeWebSocket(request: Request, options: { idleTimeout: number }): { socket: WebSocket; response: Response };
};

export const denoRuntime: Runtime = {
  platform: (config) =>
    serverPlatform("deno", config, {
      sqlite: nodeSqlite,
      sqliteBus: nodeSqliteBus,
      spareCodec: threadedCodec,
      sandbox: bundledThreadedSandbox(),
    }),
  listen: async (options) => serve(options),
};

/**
 * Deno's own `shutdown` cancels the bodies of active requests. So this counts requests and sockets: it refuses new
 * ones, and stops Deno only when the others are answered and closed.
 */
function serve({ host, port, handle }: ListenOptions): Listener {
  let inFlight = 0;
  let draining = false;
  const idle = Promise.withResolvers<void>();
  const leave = (): void => {
    inFlight--;
    if (draining && inFlight === 0) idle.resolve();
  };

  const server = Deno.serve({ hostname: host, port, onListen() {} }, async (request, { remoteAddr }) => {
    if (draining) return new Response(null, { status: 503, headers: { connection: "close", "retry-after": "1" } });
    inFlight++;
    try {
      return await handle(request, {
        remoteAddress: () => remoteAddr.hostname,
        upgrade(open) {
          inFlight++;
          return upgrade(request, open, leave);
        },
      });
    } finally {
      leave();
    }
  });

  return {
    port: server.addr.port,
    async drain() {
      draining = true;
      if (inFlight > 0) await idle.promise;
      await server.shutdown();
    },
  };
}

function upgrade(request: Request, open: (io: SocketIo) => SocketHandler, left: () => void): Response {
  const { socket, response } = shakeHands(request, left);
  let handler: SocketHandler | undefined;
  socket.onopen = () => {
    handler = open({
      send: (text) => socket.send(text),
      bufferedAmount: () => socket.bufferedAmount,
      close: (code, reason) => socket.close(code, reason),
    });
  };
  socket.onmessage = ({ data }) => handler?.receive(data);
  socket.onclose = () => {
    left();
    handler?.closed();
  };
  return response;
}

function shakeHands(request: Request, left: () => void) {
  try {
    // Deno pings a silent peer by itself, and closes a socket whose peer does not answer.
    return Deno.upgradeWebSocket(request, { idleTimeout: PING_SECONDS });
  } catch {
    left();
    throw notAHandshake();
  }
}
