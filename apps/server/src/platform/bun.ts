import { bunSqlite, bunSqliteBus, serveBunStatement } from "@plinth/adapters-sqlite/bun";
import { bunFiles } from "./bun-files.ts";
import { installedSandbox } from "./bun-sandbox.ts";
import { type Opening, socketPeer, sockets } from "./bun-sockets.ts";
import { bunTrusted } from "./bun-trusted.ts";
import { serverPlatform } from "./server/platform.ts";
import type { ListenOptions, Runtime } from "./server/run.ts";
import { statementCommand } from "./server/statement-command.ts";

export const bunRuntime = newBunRuntime();

function newBunRuntime(): Runtime {
  let server: Bun.Server<Opening> | undefined;
  return {
    platform: (config) =>
      serverPlatform("bun", config, {
        sqlite: (options) => bunSqlite({ ...options, statementCommand: statementCommand() }),
        sqliteBus: bunSqliteBus,
        blobOf: bunFiles(() => server),
        // What a connection does not take at once, Bun copies before it reads on.
        copiesAnswers: true,
        sandbox: installedSandbox(),
        trusted: bunTrusted,
      }),
    serveStatement: serveBunStatement,
    async listen(options) {
      const own = serve(options);
      server = own;
      return { port: own.port!, drain: () => own.stop() };
    },
  };
}

function serve({ host, port, handle }: ListenOptions): Bun.Server<Opening> {
  return Bun.serve<Opening>({
    hostname: host,
    port,
    // By default, Bun shares the port with another Bun, and each gets half of the requests.
    reusePort: false,
    development: false,
    // Seconds without a byte in either direction. The default of 10 would cut live streams between two heartbeats. This
    // is the longest that Bun allows; without a limit, dead connections would accumulate.
    idleTimeout: 255,
    // The app counts bytes itself: an import may have any size.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request, server) => handle(request, socketPeer(request, server)),
    websocket: sockets,
  });
}

/** After a start, whose code mostly runs once: Plinth's executable begins with less compilation to machine code. */
export function compileAsUsual(): void {
  Bun.unsafe.setJITPolicy(1);
}
