import { spawn } from "node:child_process";
import process from "node:process";
import type { Call } from "./command.ts";
import { CliError } from "./errors.ts";
import { numberOption } from "./options.ts";
import { serverProgram, serverSettings } from "./server-program.ts";
import type { START_OPTIONS } from "./start-options.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `plinth start`: runs until the server ends, and ends as it does. */
export async function runStart({ values, env }: Call<typeof START_OPTIONS>): Promise<0> {
  numberOption("port", values.port);
  const { command, env: defaults } = serverProgram();
  const server = spawn(command[0]!, command.slice(1), {
    stdio: "inherit",
    env: {
      ...defaults,
      ...serverSettings(env),
      ...(values.port !== undefined && { PORT: values.port }),
      ...(values.host !== undefined && { HOST: values.host }),
      ...(values.data !== undefined && { DATA_DIR: values.data }),
    },
  });
  // A terminal's interrupt reaches the server too, and a second one would end it at once.
  const pass = (signal: NodeJS.Signals): void => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) server.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  const code = await new Promise<number | null>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", resolve);
  });
  for (const signal of SIGNALS) process.off(signal, pass);
  if (code !== 0) throw new CliError(`The server has ended with ${code ?? "a signal"}.`);
  return 0;
}
