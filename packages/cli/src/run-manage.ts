import type { Env } from "@plinth/core";
import { type Api, connect } from "./api.ts";
import { AUTH_SETTINGS } from "./auth-settings.ts";
import { KEYS } from "./keys.ts";
import type { ApiObject, ManageAction, ManageActions, Managed, Values } from "./manage.ts";
import { COMMON_OPTIONS, usage } from "./options.ts";
import { chunksOf, writeWhole } from "./output-file.ts";
import { formatBytes } from "./progress.ts";
import { SECURITY_LOG } from "./security-log.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { USERS } from "./users.ts";
import { MEMBERS, WORKSPACES } from "./workspaces.ts";

interface Command {
  readonly actions: ManageActions;
  /** Nothing but an operator's session may do it. */
  readonly operator?: boolean;
}

const COMMANDS = {
  users: { actions: USERS },
  keys: { actions: KEYS },
  "auth-settings": { actions: AUTH_SETTINGS },
  workspaces: { actions: WORKSPACES, operator: true },
  members: { actions: MEMBERS, operator: true },
  "security-log": { actions: SECURITY_LOG, operator: true },
} satisfies Record<string, Command>;

export type ManageCommand = keyof typeof COMMANDS;

export const isManageCommand = (name: string): name is ManageCommand => Object.hasOwn(COMMANDS, name);

/** `plinth users …`, `plinth keys …` and so on: what administrators and operators do. */
export async function runManagement(
  command: ManageCommand,
  { positionals, values }: Managed,
  env: Env,
  terminal: Terminal,
): Promise<number> {
  const [name = "", ...args] = positionals;
  const { actions, operator = false }: Command = COMMANDS[command];
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) throw usage(`plinth ${command} needs one of ${Object.keys(actions).join(", ")}`);
  checkArguments(`plinth ${command} ${name}`, action, args, values);
  const api = apiOf(values, env, operator);
  const [method, path, body] = await action.request(args, values, { api, terminal });
  if (!action.columns) return writeFile(api, path, values, terminal);
  const found = action.onePage ? (await api.manage(method, path, body)).data : await allOf(api, method, path, body);
  if (values.json) await terminal.out(`${JSON.stringify(found, null, 2)}\n`);
  else await terminal.out(shown(rowsOf(action, found), action.columns));
  return 0;
}

function checkArguments(command: string, action: ManageAction, args: readonly string[], values: Values): void {
  const isRepeated = action.args.at(-1)?.endsWith("…") === true;
  if (isRepeated ? args.length < action.args.length : args.length !== action.args.length)
    throw usage(`Write ${[command, ...action.args].join(" ")}`);
  const taken: readonly string[] = [...Object.keys(COMMON_OPTIONS), ...(action.options ?? [])];
  const unknown = Object.keys(values).find((name) => !taken.includes(name) && values[name as keyof Values] !== false);
  if (unknown !== undefined) throw usage(`${command} takes no --${unknown}`);
}

async function writeFile(api: Api, path: string, { output, json }: Values, terminal: Terminal): Promise<number> {
  const stream = await api.download(path);
  if (output === undefined) {
    for await (const chunk of chunksOf(stream)) await terminal.out(chunk);
    return 0;
  }
  const bytes = await writeWhole(output, stream);
  await terminal.out(json ? `${JSON.stringify({ output, bytes })}\n` : `${formatBytes(bytes)} written to ${output}.\n`);
  return 0;
}

/** All pages of a list, or the one answer. */
async function allOf(
  api: Api,
  method: string,
  path: string,
  body: ApiObject | undefined,
): Promise<ApiObject | ApiObject[]> {
  const rows: ApiObject[] = [];
  for (let cursor: string | null | undefined; ; ) {
    const page = await api.manage(method, cursor ? withCursor(path, cursor) : path, body);
    if (!Array.isArray(page.data)) return page.data;
    rows.push(...page.data);
    cursor = page.next_cursor;
    if (!cursor) return rows;
  }
}

function withCursor(path: string, cursor: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams({ cursor })}`;
}

function rowsOf(action: ManageAction, found: ApiObject | ApiObject[]): ApiObject[] {
  if (Array.isArray(found)) return found;
  return action.rows?.(found) ?? [found];
}

function shown(rows: readonly ApiObject[], columns: readonly string[]): string {
  const texts = rows.map((row) => columns.map((column) => cell(row[column])));
  // A link or a key that is cut is of no use.
  return table(columns, texts, Number.POSITIVE_INFINITY);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(String).join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What is written in the command counts before the environment, and a session before a key, because it may do more. */
function apiOf(values: Values, env: Env, operator: boolean): Api {
  const given = {
    url: values.url ?? env.PLINTH_URL ?? "http://127.0.0.1:8787",
    workspace: values.workspace ?? env.PLINTH_WORKSPACE,
  };
  if (operator) {
    if (values.key) throw usage("No key can do this; give the token of an operator's session with --token");
    const token = values.token || env.PLINTH_TOKEN;
    if (!token) throw usage("Give the token of an operator's session with --token or PLINTH_TOKEN");
    return connect({ ...given, key: undefined, token });
  }
  if (values.key && values.token) throw usage("Give --key or --token, not both");
  const token = values.token || (values.key ? undefined : env.PLINTH_TOKEN);
  const key = token ? undefined : values.key || env.PLINTH_KEY;
  if (!key && !token)
    throw usage("Give a key with --key or PLINTH_KEY, or the token of a session with --token or PLINTH_TOKEN");
  return connect({ ...given, key: key || undefined, ...(token && { token }) });
}
