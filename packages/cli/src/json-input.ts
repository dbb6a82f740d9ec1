import { readFile } from "node:fs/promises";
import { text } from "./command.ts";
import { CliError, usage } from "./errors.ts";
import type { Terminal } from "./terminal.ts";

export const DATA_OPTION = text("JSON", "the same, written in the command");

/** What stands for the standard input where a file is expected. */
const STDIN = "-";

/** The JSON of a command that takes it as a file, from the standard input or in `--data`. */
export async function jsonInput(
  file: string | undefined,
  data: string | undefined,
  terminal: Terminal,
): Promise<Record<string, unknown>> {
  if ((file === undefined) === (data === undefined))
    throw usage("Give either a FILE (- is the standard input) or --data JSON");
  if (data !== undefined) return parsed("--data", data);
  return parsed(file === STDIN ? "The standard input" : file!, await textOf(file!, terminal));
}

async function textOf(file: string, terminal: Terminal): Promise<string> {
  if (file === STDIN) return terminal.input();
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CliError(code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read: ${message}`);
  }
}

/** Objects, and lists of them; the server says what else is wrong. */
function parsed(from: string, json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw usage(`${from} is no JSON: ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  throw usage(`${from} expects a JSON object or a list of them`);
}
