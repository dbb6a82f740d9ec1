import { writeFile } from "node:fs/promises";
import { plural } from "@plinth/core";
import type { Api } from "../api.ts";
import type { Call, ExitCode } from "../command.ts";
import { confirms } from "../confirm.ts";
import { ApiError, CliError } from "../errors.ts";
import { count } from "../progress.ts";
import { diffSchema, type SchemaChange, type SchemaDiff } from "./diff.ts";
import { readSchema, type SchemaFile, type ServerSchema, serverSchema } from "./file.ts";
import type { DIFF_OPTIONS, PUSH_OPTIONS } from "./options.ts";
import { applyDiff, createBuiltIns } from "./push.ts";

const SIGNS = { add: "+", change: "~", delete: "-" } as const;

export async function pullSchema({ args: [file], api, show }: Call): Promise<0> {
  const { schema } = await serverSchema(api());
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if (file === undefined) {
    await show(schema, text);
    return 0;
  }
  await writeFile(file, text).catch((error: Error) => {
    throw new CliError(`${file} cannot be written: ${error.message}`);
  });
  const counts = { collections: schema.collections.length, roles: schema.roles.length, rules: schema.rules.length };
  const shown = Object.entries(counts).map(([what, n]) => `${count(n)} ${what}`);
  await show({ file, ...counts }, `${shown.join(", ")} written to ${file}.\n`);
  return 0;
}

export async function showDiff(call: Call<typeof DIFF_OPTIONS>): Promise<ExitCode> {
  const { diff } = await compare(call);
  const lines = [...diff.changes.map(lineOf), ...diff.impossible].map((line) => `${line}\n`);
  const text = lines.length === 0 ? "The server has what is in the file.\n" : lines.join("");
  await call.show({ changes: diff.changes, impossible: diff.impossible }, text);
  return lines.length === 0 ? 0 : 1;
}

export async function pushSchema(call: Call<typeof PUSH_OPTIONS>): Promise<0> {
  const { values, terminal } = call;
  const compared = await compare(call);
  const { diff } = compared;
  const { changes } = diff;
  requirePossible(diff, "Nothing was changed.");
  if (changes.length === 0) {
    await call.show({ changes }, "The server has what is in the file.\n");
    return 0;
  }
  terminal.err(changes.map((change) => `${lineOf(change)}\n`).join(""));
  if (!values.yes && !(await confirms(terminal, "Make these changes?", "make the changes"))) return 0;
  const api = call.api();
  // What a failure leaves behind has to be said.
  let done = 0;
  const manage: Api["manage"] = async (...request) => {
    const answer = await api.manage(...request);
    done += 1;
    return answer;
  };
  try {
    await makeChanges({ ...api, manage }, compared, values.delete);
  } catch (error) {
    if (!(error instanceof ApiError) || done === 0) throw error;
    const message = `${error.message} The changes before this one are made: correct the file and push again.`;
    throw new ApiError(error.status, error.code, message, error.details);
  }
  await call.show({ changes }, `${count(changes.length)} ${plural(changes.length, "change")} made.\n`);
  return 0;
}

async function makeChanges(api: Api, { file, server, diff }: Comparison, deletes: boolean): Promise<void> {
  let [found, rest] = [server, diff];
  if (diff.newBuiltIns.length > 0) {
    await createBuiltIns(api, diff);
    found = await serverSchema(api);
    rest = diffSchema(file, found, deletes);
    requirePossible(rest, "The built-in collections are made, and nothing else was changed.");
  }
  const existing = found.schema.collections.map(({ slug }) => slug);
  await applyDiff(api, rest, existing);
}

function requirePossible({ impossible }: SchemaDiff, done: string): void {
  if (impossible.length > 0) throw new CliError(`${done} ${impossible.join(" ")}`);
}

interface Comparison {
  readonly file: SchemaFile;
  readonly server: ServerSchema;
  readonly diff: SchemaDiff;
}

async function compare(call: Call<typeof DIFF_OPTIONS>): Promise<Comparison> {
  const file = await readSchema(call.args[0]!, call.terminal);
  const server = await serverSchema(call.api());
  return { file, server, diff: diffSchema(file, server, call.values.delete) };
}

function lineOf({ change, kind, name, detail }: SchemaChange): string {
  return `${SIGNS[change]} ${kind} ${name}${detail === undefined ? "" : `: ${detail}`}`;
}
