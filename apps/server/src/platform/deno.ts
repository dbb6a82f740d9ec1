import { nodeSqlite, nodeSqliteBus } from "@plinth/adapters-sqlite/node";
import { serverPlatform } from "./server/platform.ts";
import type { Listener, ListenOptions, Runtime } from "./server/run.ts";

/** The part of Deno that is used here, so that the whole project compiles without Deno's types. */
declare const Deno: {
  serve(
    options: { hostname: string; port: number; onListen(): void },
    handler: (request: Request, info: { remoteAddr: { hostname?: string } }) => Promise<Response>,
  ): { addr: { port: number }; shutdown(): Promise<void> };
};

export const denoRuntime: Runtime = {
  platform: (config) => serverPlatform("deno", config, { sqlite: nodeSqlite, sqliteBus: nodeSqliteBus }),
  listen: async (options) => serve(options),
};

/**
 * Deno's own `shutdown` takes the bodies away from the requests in flight. So requests are counted here: new ones are
 * turned away, and only when the others have their answer does Deno stop.
 */
function serve({ host, port, handle }: ListenOptions): Listener {
  let inFlight = 0;
  let draining = false;
  const idle = Promise.withResolvers<void>();

  const server = Deno.serve({ hostname: host, port, onListen() {} }, async (request, { remoteAddr }) => {
    if (draining) return new Response(null, { status: 503, headers: { connection: "close", "retry-after": "1" } });
    inFlight++;
    try {
      return await handle(request, () => remoteAddr.hostname);
    } finally {
      inFlight--;
      if (draining && inFlight === 0) idle.resolve();
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
