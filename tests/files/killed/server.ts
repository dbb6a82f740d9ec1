/** Starts `host.ts` again and again over the same data, and asks it as clients do. */
import { join } from "node:path";
import type { HostOptions } from "./host.ts";

/** Longer than the lease of an upload: a killed server has not released it. */
const RESTART_MS = 60_000;

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export class KillableServer {
  /** By which the clock of the server is fast. */
  ahead = 0;
  restarts = 0;
  readonly #options: Omit<HostOptions, "ahead">;
  readonly #program: string;
  #child: Bun.Subprocess<"ignore", "pipe", "inherit"> | undefined;
  #url = "";

  private constructor(options: Omit<HostOptions, "ahead">, program: string) {
    this.#options = options;
    this.#program = program;
  }

  /** One file, which starts in a fraction of the time of all modules. */
  static async open(folder: string, options: Omit<HostOptions, "ahead">): Promise<KillableServer> {
    const built = await Bun.build({
      entrypoints: [join(import.meta.dir, "host.ts")],
      target: "bun",
      // As the program of the server is built: parts of some packages rely on the order of their modules.
      splitting: true,
      outdir: join(folder, "host"),
    });
    if (!built.success) throw new AggregateError(built.logs);
    const server = new KillableServer(options, join(folder, "host", "host.js"));
    await server.#start();
    return server;
  }

  async #start(): Promise<void> {
    const argument = JSON.stringify({ ...this.#options, ahead: this.ahead });
    this.#child = Bun.spawn([process.execPath, this.#program, argument], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
    for await (const bytes of this.#child.stdout) {
      const port = Number(new TextDecoder().decode(bytes).trim());
      this.#url = `http://127.0.0.1:${port}`;
      return;
    }
    throw new Error("the server has not begun");
  }

  /** After its end; the time of a lease passes. */
  async restart(): Promise<void> {
    await this.stop();
    this.ahead += RESTART_MS;
    this.restarts++;
    await this.#start();
  }

  async stop(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.exited;
  }

  async ask(path: string, asked: Asked = {}): Promise<Response> {
    return fetch(this.#url + path, asked);
  }

  async passes(ms: number): Promise<void> {
    this.ahead += ms;
    await (await this.ask(`/later?ahead=${this.ahead}`, { method: "POST" })).text();
  }

  /** Its `at`th step is its last. */
  async arm(at: number): Promise<void> {
    await (await this.ask(`/arm?at=${at}`, { method: "POST" })).text();
  }

  async steps(): Promise<number> {
    return (await (await this.ask("/steps")).json()) as number;
  }

  /** Whether the work came to its end; false: the server has ended in it. */
  async survives(work: () => Promise<unknown>): Promise<boolean> {
    const outcome = await work().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    if (outcome === undefined) return true;
    // A connection is lost a moment before the process has ended.
    const ended = await Promise.race([this.#child!.exited.then(() => true), Bun.sleep(10_000).then(() => false)]);
    if (ended) return false;
    throw outcome.error;
  }
}
