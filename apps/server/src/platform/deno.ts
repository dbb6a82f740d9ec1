import { nodeSqlite } from "@plinth/adapters-sqlite/node";
import { serverPlatform } from "./server/platform.ts";
import type { Runtime } from "./server/run.ts";

/** The part of Deno that is used here, so that the whole project compiles without Deno's types. */
declare const Deno: {
  serve(
    options: { hostname: string; port: number; onListen(): void },
    handler: (request: Request, info: { remoteAddr: { hostname?: string } }) => Response | Promise<Response>,
  ): { addr: { port: number }; shutdown(): Promise<void> };
};

export const denoRuntime: Runtime = {
  platform: (config) => serverPlatform("deno", config, nodeSqlite),
  async listen({ host, port, handle }) {
    const server = Deno.serve({ hostname: host, port, onListen() {} }, (request, info) =>
      handle(request, info.remoteAddr.hostname),
    );
    return { port: server.addr.port, drain: () => server.shutdown() };
  },
};
