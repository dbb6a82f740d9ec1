import { statSync } from "node:fs";
import type { Api } from "../api.ts";
import type { Call } from "../command.ts";
import { type ConnectionValues, chooseConnection } from "../credentials.ts";
import { CliError, usage } from "../errors.ts";
import { jsonInput } from "../json-input.ts";
import { type ApiObject, encoded } from "../request-command.ts";
import { printableLines } from "../table.ts";
import { readFunction } from "./bundle.ts";
import { followFunctionRuns, pause } from "./follow-runs.ts";
import type { FUNCTION_DEV_OPTIONS } from "./options.ts";
import { DEPLOYMENTS } from "./shown.ts";

const LOOK_MS = 300;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

type FunctionDevCall = Call<typeof FUNCTION_DEV_OPTIONS>;

/**
 * `plinth functions dev`: deploys the function whenever one of its files is saved, calls it if there is data for it, and shows its runs. It ends with the
 * signal. Where no server is configured, it runs one of its own meanwhile.
 */
export async function devFunction(call: FunctionDevCall, signal?: AbortSignal): Promise<0> {
  const { env, values, terminal } = call;
  const connection: ConnectionValues = values as unknown as ConnectionValues;
  const isConfigured = connection.url ?? env.PLINTH_URL ?? chooseConnection(connection, env).source !== "none";
  if (isConfigured) return watchFunction(call, call.api(), signal);
  const { endingSignal, startOwnServer } = await import("./own-server.ts");
  const ending = endingSignal();
  terminal.err("No server is configured, so one is started here, with its data in .plinth.\n");
  const server = await startOwnServer(env);
  try {
    return await watchFunction({ ...call, api: () => server.api }, server.api, ending.signal);
  } finally {
    await server.stop();
    ending.release();
  }
}

async function watchFunction(call: FunctionDevCall, api: Api, signal: AbortSignal | undefined): Promise<0> {
  const { args, values, terminal } = call;
  if (!values.yes && !LOOPBACK.test(new URL(api.url).hostname))
    throw usage(`Each save is deployed to ${api.url}, which is not this machine; give --yes if you want that`);
  const path = args[0]!;
  const session: DevSession = { call, path, files: [path], changed: 0 };
  let name: string | undefined;
  let shows: Promise<void> | undefined;
  while (!signal?.aborted) {
    const changed = changedAt(session.files);
    if (changed !== session.changed) {
      session.changed = changed;
      name = await attempt(terminal, () => deploySaved(session));
      if (name !== undefined) {
        shows ??= followFunctionRuns(api, name, terminal, { onlyNew: true, ...(signal && { signal }) });
        if (values.data !== undefined) await attempt(terminal, () => callOnce(call, name!));
      }
    }
    await pause(LOOK_MS, signal);
  }
  await shows;
  return 0;
}

interface DevSession {
  readonly call: FunctionDevCall;
  readonly path: string;
  /** That it is made of, as far as they are known. */
  files: readonly string[];
  /** When the last of them was saved. */
  changed: number;
}

/** Returns the function's name. */
async function deploySaved(session: DevSession): Promise<string> {
  const { call, path } = session;
  const { name: fileName, source, source_map, files } = await readFunction(path);
  session.files = files;
  session.changed = changedAt(files);
  const name = call.values.name ?? fileName;
  const body = { source, ...(source_map !== undefined && { source_map }) };
  const answer = await call.api().manage("PUT", `${DEPLOYMENTS}/${encoded(name)}`, body);
  call.terminal.err(`${name}: version ${(answer.data as ApiObject).version}\n`);
  return name;
}

async function callOnce({ api, values, terminal }: FunctionDevCall, name: string): Promise<void> {
  const body = JSON.stringify(await jsonInput(undefined, values.data, terminal));
  const headers = { "content-type": "application/json" };
  const answer = await api().send(`/api/functions/${encoded(name)}`, { method: "POST", headers, body });
  await terminal.out(`${printableLines(await answer.text())}\n`);
}

/** What is wrong is said, and mended by the next save. */
async function attempt<T>({ err }: FunctionDevCall["terminal"], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    err(`${error.message}\n`);
    return undefined;
  }
}

/** When the last of these was saved. One that is being replaced is not there for a moment. */
function changedAt(files: readonly string[]): number {
  return Math.max(...files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 1));
}
