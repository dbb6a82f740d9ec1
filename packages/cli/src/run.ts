import { type Env, nearest, suggest } from "@plinth/core";
import { type Call, type Command, type CommandGroup, type ExitCode, optionsOf } from "./command.ts";
import { COMMANDS } from "./commands/table.ts";
import { apiFor, type ConnectionValues } from "./credentials.ts";
import { ApiError, CliError, UsageError, usage } from "./errors.ts";
import { commandHelp, groupHelp, overview } from "./help.ts";
import { parseCommand, positionalsOf } from "./parse.ts";
import type { Terminal } from "./terminal.ts";

/** Runs one command and returns the exit code. */
export async function run(words: readonly string[], env: Env, terminal: Terminal): Promise<ExitCode> {
  try {
    return await dispatch(words, env, terminal);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (words.includes("--json")) await terminal.out(`${JSON.stringify({ error: errorAsJson(error) }, null, 2)}\n`);
    terminal.err(`${error.message}${error instanceof UsageError ? hintFor(error.message, words) : ""}\n`);
    return 2;
  }
}

function errorAsJson(error: CliError): object {
  const { code, details = {} } = error instanceof ApiError ? error : {};
  const hasDetails = Object.keys(details).length > 0;
  return { code: code ?? error.kind, message: error.message, ...(hasDetails && { details }) };
}

/** Where a mistake in writing is explained. */
function hintFor(message: string, words: readonly string[]): string {
  const stop = message.endsWith("?") ? "" : ".";
  const [name = "", action = ""] = words;
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!entry) return `${stop} "plinth help" lists the commands.`;
  const about = "actions" in entry && Object.hasOwn(entry.actions, action) ? `${name} ${action}` : name;
  return `${stop} "plinth help ${about}" explains it.`;
}

async function dispatch(words: readonly string[], env: Env, terminal: Terminal): Promise<ExitCode> {
  const [name, ...rest] = words;
  switch (name) {
    case undefined:
      terminal.err(overview(COMMANDS));
      return 2;
    case "help":
    case "--help":
    case "-h":
      return help(rest, terminal);
    case "--version":
    case "-v":
      return dispatch(["version", ...rest], env, terminal);
  }
  const entry = entryOf(name);
  if (!("actions" in entry)) return runCommand(name, entry, rest, env, terminal);
  const found = actionOf(name, entry, rest);
  if (!found) return print(groupHelp(name, entry), terminal);
  return runCommand(`${name} ${found.action}`, found.command, found.rest, env, terminal);
}

function entryOf(name: string): Command | CommandGroup {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry) return entry;
  const near = nearest(name, [...Object.keys(COMMANDS), "help"]);
  throw usage(`There is no command "${name}"${near === undefined ? "" : `; did you mean ${near}?`}`);
}

/** Nothing where only the help of the group is asked for. */
function actionOf(
  name: string,
  { actions }: CommandGroup,
  words: readonly string[],
): { action: string; command: Command; rest: string[] } | undefined {
  const options = Object.assign({}, ...Object.values(actions).map(optionsOf));
  const [action] = positionalsOf(words, options);
  if (action === undefined && (words.includes("--help") || words.includes("-h"))) return undefined;
  const found = action !== undefined && Object.hasOwn(actions, action) ? actions[action] : undefined;
  const needs = `plinth ${name} needs one of`;
  if (action === undefined) throw usage(`${needs} ${Object.keys(actions).join(", ")}`);
  if (!found)
    throw usage(`There is no command "plinth ${name} ${action}"${suggest(action, Object.keys(actions), needs)}`);
  const at = words.indexOf(action);
  return { action, command: found, rest: words.toSpliced(at, 1) };
}

async function runCommand(
  name: string,
  spec: Command,
  words: readonly string[],
  env: Env,
  terminal: Terminal,
): Promise<ExitCode> {
  const { args, values } = parseCommand(name, spec, words);
  if (values.help) return print(commandHelp(name, spec), terminal);
  const call: Call = {
    name,
    args,
    values: values as Call["values"],
    env,
    terminal,
    commands: COMMANDS,
    api: () => apiFor(values as unknown as ConnectionValues, env, spec.access),
    show: (data, text) => terminal.out(values.json ? `${JSON.stringify({ data }, null, 2)}\n` : text),
  };
  return spec.run(call);
}

function help([name, action]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (name === undefined || name === "help") return print(overview(COMMANDS), terminal);
  const entry = entryOf(name);
  if (!("actions" in entry)) return print(commandHelp(name, entry), terminal);
  const found = action === undefined ? undefined : actionOf(name, entry, [action]);
  return print(found ? commandHelp(`${name} ${action}`, found.command) : groupHelp(name, entry), terminal);
}

async function print(text: string, terminal: Terminal): Promise<ExitCode> {
  await terminal.out(text);
  return 0;
}
