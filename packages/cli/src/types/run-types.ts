import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { PlinthError } from "@plinth/core";
import { type DescribedCollection, schemaFile } from "@plinth/formats";
import packageJson from "../../package.json" with { type: "json" };
import type { Call, ExitCode } from "../command.ts";
import { CliError, usage } from "../errors.ts";
import { writeWhole } from "../output-file.ts";
import type { TYPES_OPTIONS } from "./options.ts";

type TypesCall = Call<typeof TYPES_OPTIONS>;

const WATCH_MS = 2000;

/** Prints the types of all collections, or keeps a file of them up to date. */
export async function runTypes(call: TypesCall): Promise<ExitCode> {
  const { output, check, watch } = call.values;
  if (check && watch) throw usage("Give --check or --watch, not both");
  if (output === undefined && (check || watch)) throw usage(`--${check ? "check" : "watch"} goes with --output FILE`);
  const code = await generate(call);
  if (output === undefined) {
    await call.show({ code }, code);
    return 0;
  }
  if (check) return compare(call, output, code);
  await update(call, output, code);
  return watch ? follow(call, output, code) : 0;
}

async function generate(call: TypesCall): Promise<string> {
  const { data } = await call.api().manage("GET", "/api/collections", undefined);
  try {
    return schemaFile(data as unknown as DescribedCollection[], packageJson.version);
  } catch (error) {
    throw error instanceof PlinthError ? new CliError(error.message) : error;
  }
}

/** An unchanged file is not touched, so that nothing is built again because of it. */
async function update(call: TypesCall, output: string, code: string): Promise<void> {
  const changed = (await contentOf(output)) !== code;
  if (changed) await writeWhole(output, new Blob([code]).stream());
  await call.show({ output, changed }, `${output} ${changed ? "written" : "was up to date"}.\n`);
}

async function compare(call: TypesCall, output: string, code: string): Promise<ExitCode> {
  const changed = (await contentOf(output)) !== code;
  await call.show({ output, changed }, `${output} is ${changed ? "not " : ""}up to date.\n`);
  return changed ? 1 : 0;
}

/** Undefined: there is no such file yet. */
async function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new CliError(`${file} cannot be read: ${error.message}`);
  });
}

/** Until the program is stopped. A server that is not there for a while, or a disk that is full, ends nothing. */
async function follow(call: TypesCall, output: string, code: string): Promise<never> {
  let last = code;
  let trouble = "";
  for (;;) {
    await setTimeout(WATCH_MS);
    try {
      const code = await generate(call);
      if (code !== last) await update(call, output, code);
      last = code;
      trouble = "";
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (error.message !== trouble) call.terminal.err(`${error.message}\n`);
      trouble = error.message;
    }
  }
}
