import type { Env } from "@plinth/core";
import packageJson from "../package.json" with { type: "json" };
import { CliError } from "./errors.ts";
import { runExport } from "./export.ts";
import { HELP } from "./help.ts";
import { runImport } from "./import.ts";
import { EXPORT_OPTIONS, IMPORT_OPTIONS, MANAGE_OPTIONS, parse, usage } from "./options.ts";
import { isManageCommand, runManagement } from "./run-manage.ts";
import type { Terminal } from "./terminal.ts";

/** Runs one command and returns the exit code. */
export async function run(args: readonly string[], env: Env, terminal: Terminal): Promise<number> {
  const [command, ...rest] = args;
  try {
    return await dispatch(command, rest, env, terminal);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    terminal.err(`${error.message}\n`);
    return 2;
  }
}

async function dispatch(command: string | undefined, rest: string[], env: Env, terminal: Terminal): Promise<number> {
  if (command !== undefined && isManageCommand(command)) {
    const parsed = parse(rest, MANAGE_OPTIONS);
    return parsed.values.help ? help(terminal) : runManagement(command, parsed, env, terminal);
  }
  switch (command) {
    case "import": {
      const parsed = parse(rest, IMPORT_OPTIONS);
      return parsed.values.help ? help(terminal) : runImport(parsed, env, terminal);
    }
    case "export": {
      const parsed = parse(rest, EXPORT_OPTIONS);
      return parsed.values.help ? help(terminal) : runExport(parsed, env, terminal);
    }
    case "version":
    case "--version":
    case "-v":
      await terminal.out(`${packageJson.version}\n`);
      return 0;
    case "help":
    case "--help":
    case "-h":
      return help(terminal);
    case undefined:
      terminal.err(HELP);
      return 2;
    default:
      throw usage(`There is no command "${command}"`);
  }
}

async function help(terminal: Terminal): Promise<number> {
  await terminal.out(HELP);
  return 0;
}
