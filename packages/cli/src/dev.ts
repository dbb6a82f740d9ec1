import { statSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Call } from "./command.ts";
import { apiFor, chooseConnection } from "./credentials.ts";
import { CliError, usage } from "./errors.ts";
import { pushSchema } from "./schema/run-schema.ts";
import { environmentAlone, SETTINGS_FILE } from "./server-program.ts";
import { passSignals, settingsFor, startServer } from "./start.ts";
import type { DEV_OPTIONS } from "./start-options.ts";
import { runTypes } from "./types/run-types.ts";

type DevCall = Call<typeof DEV_OPTIONS>;

const LOOK_MS = 500;

/**
 * `plinth dev`: a server that starts again when its settings change, and that is given the schema file whenever it
 * changes.
 */
export async function runDev(given: DevCall): Promise<0> {
  const call = { ...given, env: environmentAlone(given.env) };
  const { values, env, terminal } = call;
  if (settingsFor(values, env).PORT === "0") throw usage("Give a port with --port: the schema is sent to it");
  let server = startServer(values, env);
  let isStopping = false;
  const release = passSignals(
    () => server.process,
    () => {
      isStopping = true;
    },
  );
  const schema = schemaWatcher(call);
  let settings = changedAt(SETTINGS_FILE);
  let isRestarted = false;
  for (;;) {
    const ended = await Promise.race([server.ended, setTimeout(LOOK_MS, "running" as const)]);
    const isOver = ended !== "running";
    if (isOver && (isStopping || ended === 0 || !isRestarted)) {
      release();
      if (ended !== 0 && !isStopping) throw new CliError(`The server has ended with ${ended ?? "a signal"}.`);
      return 0;
    }
    if (isOver) {
      // Perhaps a setting is half written.
      terminal.err(
        `The server has ended with ${ended ?? "a signal"}; it starts again when ${SETTINGS_FILE} changes.\n`,
      );
      while (!isStopping && changedAt(SETTINGS_FILE) === settings) await setTimeout(LOOK_MS);
    }
    if (isStopping) continue;
    if (changedAt(SETTINGS_FILE) !== settings) {
      settings = changedAt(SETTINGS_FILE);
      terminal.err(`${SETTINGS_FILE} has changed; the server starts again.\n`);
      server.process.kill("SIGTERM");
      await server.ended;
      if (isStopping) continue;
      server = startServer(values, env);
      isRestarted = true;
    } else await schema.look();
  }
}

/** Gives the server the schema file when it is new, and writes the types that come of it. */
function schemaWatcher(call: DevCall): { look(): Promise<void> } {
  const { values, env, terminal } = call;
  const file = values.schema ?? "schema.json";
  let done: number | undefined;
  let told = "";
  const tell = (text: string): void => {
    if (text !== told) terminal.err(text);
    told = text;
  };
  return {
    async look() {
      const version = changedAt(file);
      if (version === undefined || version === done) return;
      // The settings may have changed since the server first started.
      const { PORT = "8787" } = settingsFor(values, env);
      const connection = { ...values, url: `http://127.0.0.1:${PORT}` };
      const api = () => apiFor(connection, env, "caller");
      if (!(await isReady(connection.url))) return;
      if (chooseConnection(connection, env).source === "none") {
        tell(`To have ${file} applied, sign in: plinth login --url ${connection.url}\n`);
        return;
      }
      done = version;
      const quiet = { ...call, api, show: async (_: unknown, text: string) => terminal.err(text) };
      try {
        await pushSchema({ ...quiet, args: [file], values: { ...values, yes: true, delete: false } });
        if (values.types !== undefined)
          await runTypes({ ...quiet, values: { ...values, output: values.types, check: false, watch: false } });
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        terminal.err(`${file}: ${error.message}\n`);
      }
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Undefined: there is no such file. */
function changedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}
