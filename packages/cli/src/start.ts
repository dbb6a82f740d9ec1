import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import type { Env } from "@plinth/core";
import type { Call, ValuesOf } from "./command.ts";
import { CliError } from "./errors.ts";
import { numberOption } from "./options.ts";
import { serverProgram, serverSettings } from "./server-program.ts";
import type { START_OPTIONS } from "./start-options.ts";

type StartValues = ValuesOf<typeof START_OPTIONS>;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `plinth start`: runs until the server ends, and ends as it does. */
export async function runStart({ values, env }: Call<typeof START_OPTIONS>): Promise<0> {
  const server = startServer(values, env);
  const release = passSignals(() => server.process);
  const code = await server.ended;
  release();
  if (code !== 0) throw new CliError(`The server has ended with ${code ?? "a signal"}.`);
  return 0;
}

export interface RunningServer {
  readonly process: ChildProcess;
  /** Its exit code; null: a signal has ended it. */
  readonly ended: Promise<number | null>;
}

/** The settings of the server that `startServer` starts. */
export function settingsFor(values: StartValues, env: Env): Env {
  return {
    ...serverSettings(env),
    ...(values.port !== undefined && { PORT: values.port }),
    ...(values.host !== undefined && { HOST: values.host }),
    ...(values.data !== undefined && { DATA_DIR: values.data }),
  };
}

export function startServer(values: StartValues, env: Env): RunningServer {
  numberOption("port", values.port);
  const { command, env: defaults } = serverProgram();
  const child = spawn(command[0]!, command.slice(1), {
    stdio: "inherit",
    env: { ...defaults, ...settingsFor(values, env) },
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => reject(new CliError(`The server could not be started: ${error.message}`)));
    child.once("exit", resolve);
  });
  return { process: child, ended };
}

/** What ends this program ends the server, which takes a moment to end well. Gives back what undoes this. */
export function passSignals(server: () => ChildProcess, onsignal: () => void = () => {}): () => void {
  const pass = (signal: NodeJS.Signals): void => {
    onsignal();
    // A terminal's interrupt reaches the server too, and a second one would end it at once.
    if (signal !== "SIGINT" || !process.stdin.isTTY) server().kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  return () => {
    for (const signal of SIGNALS) process.off(signal, pass);
  };
}
