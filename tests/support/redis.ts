/** A Redis of the test's own. `startRedis` answers undefined, after saying why, where the program is not installed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

export interface TestRedis {
  readonly url: string;
  /** Stands still, as a machine that is out of reach: it keeps its connections and answers nothing. */
  freeze(): void;
  kill(): Promise<void>;
  /** The same again on the same port, after `kill`. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRedis(): Promise<TestRedis | undefined> {
  const program = Bun.which("redis-server");
  if (!program) {
    console.log("skipped: no redis-server here (apt-get install redis-server)");
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "plinth-redis-"));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  // It goes with us even if we are killed, where there is a program for that.
  const setpriv = Bun.which("setpriv");
  const command = [
    ...(setpriv ? [setpriv, "--pdeathsig=KILL"] : []),
    program,
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--dir",
    folder,
  ];
  let server = await start();
  const abort = () => {
    server.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", abort);

  async function start() {
    const child = Bun.spawn(command, { stdout: "ignore", stderr: "ignore" });
    const client = new Bun.RedisClient(url, { maxRetries: 100, enableOfflineQueue: true });
    await client.ping();
    client.close();
    return child;
  }
  const kill = async (): Promise<void> => {
    server.kill("SIGKILL");
    await server.exited;
  };
  return {
    url,
    freeze: () => server.kill("SIGSTOP"),
    kill,
    async restart() {
      server = await start();
    },
    async stop() {
      process.off("exit", abort);
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
