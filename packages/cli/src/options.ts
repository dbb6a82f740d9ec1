import { type ParseArgsConfig, parseArgs } from "node:util";
import type { Env } from "@plinth/core";
import { FORMATS, type Format } from "@plinth/formats";
import { type Api, connect } from "./api.ts";
import { CliError } from "./errors.ts";

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const common = {
  url: text,
  key: text,
  collection: text,
  format: text,
  json: flag,
  help: { ...flag, short: "h" },
} as const;

export const IMPORT_OPTIONS = {
  ...common,
  create: flag,
  kind: text,
  map: { ...text, multiple: true },
  types: { ...text, multiple: true },
  unique: text,
  null: text,
  dates: text,
  "skip-unknown": flag,
  sheet: text,
  "on-conflict": text,
  resolution: text,
  "from-row": text,
  run: text,
  "dry-run": flag,
} as const;

export const EXPORT_OPTIONS = { ...common, output: text, filter: text, sort: text, fields: text } as const;

/** Every action of the commands that manage takes these; what else it takes stands with the action. */
export const COMMON_OPTIONS = {
  url: text,
  key: text,
  token: text,
  workspace: text,
  json: flag,
  help: { ...flag, short: "h" },
} as const;

export const MANAGE_OPTIONS = {
  ...COMMON_OPTIONS,
  actions: text,
  actor: text,
  address: text,
  collections: text,
  confirm: text,
  "expires-at": text,
  from: text,
  "grace-days": text,
  "ip-ranges": text,
  items: text,
  kind: text,
  limit: text,
  name: text,
  outcome: text,
  output: text,
  "password-stdin": flag,
  "previous-until": text,
  "rate-limit": text,
  roles: text,
  search: text,
  "send-mail": flag,
  "revoke-keys": flag,
  "created-by": text,
  slug: text,
  target: text,
  to: text,
  type: text,
  verified: flag,
} as const;

/** The arguments of one command; an unknown name is refused with a pointer to the help. */
export function parse<O extends NonNullable<ParseArgsConfig["options"]>>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = (error as Error).message;
    const dash = /To specify an option argument starting with a dash use '(--[\w-]+=)/.exec(message);
    throw usage(dash ? `Write a value that begins with a dash as ${dash[1]}-…` : message.split(". To specify")[0]!);
  }
}

export function usage(message: string): CliError {
  return new CliError(`${message.replace(/\.$/, "")}. "plinth help" lists the commands and options.`);
}

export function apiOf(values: { url?: string; key?: string }, env: Env): Api {
  return connect({
    url: values.url ?? env.PLINTH_URL ?? "http://127.0.0.1:8787",
    key: values.key || env.PLINTH_KEY || undefined,
  });
}

export function requireCollection(values: { collection?: string }): string {
  if (!values.collection) throw usage("Name the collection with --collection NAME");
  return values.collection;
}

const ENDINGS: Record<string, Format> = {
  csv: "csv",
  tsv: "csv",
  json: "json",
  ndjson: "ndjson",
  jsonl: "ndjson",
};

/** The format of a file to be read; by its extension, unless given. */
export function formatOfFile(option: string | undefined, file: string): Format | undefined {
  if (option === undefined) return ENDINGS[endingOf(file)];
  return formatNamed(option);
}

/** The format to write. The name's extension must not contradict it. */
export function outputFormat(option: string | undefined, file: string | undefined): Format {
  if (option !== undefined) return formatNamed(option);
  if (file === undefined) return "json";
  const ending = endingOf(file);
  if (ending === "tsv") throw usage(`${file}: CSV is written with commas; name the file .csv, or use --format csv`);
  const format = ENDINGS[ending];
  if (!format) throw usage(`Choose the format of ${file} with --format csv, --format json or --format ndjson`);
  return format;
}

function endingOf(file: string): string {
  return /\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? "";
}

function formatNamed(option: string): Format {
  if (!(FORMATS as readonly string[]).includes(option)) throw usage(`--format must be one of ${FORMATS.join(", ")}`);
  return option as Format;
}

/**
 * An option with pairs, which may be given several times: `--map "US Gross=us_gross"`, or a JSON object, where null is
 * possible too.
 */
export function pairs(name: string, values: readonly string[] = []): Record<string, string | null> {
  const found: Record<string, unknown> = {};
  for (const value of values) {
    if (value.trimStart().startsWith("{")) {
      Object.assign(found, jsonObject(name, value));
      continue;
    }
    // The comma of decimal(10,2) is within its pair.
    for (const pair of value.split(/,(?![^()]*\))/)) {
      const at = pair.lastIndexOf("=");
      if (at < 1) throw usage(`--${name} expects pairs such as country=country.cca2, or a JSON object`);
      found[pair.slice(0, at).trim()] = pair.slice(at + 1).trim();
    }
  }
  for (const [key, value] of Object.entries(found)) {
    if (value !== null && typeof value !== "string") throw usage(`--${name}: ${key} expects a text`);
  }
  return found as Record<string, string | null>;
}

/** Names with commas between them. */
export function names(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(",").map((name) => name.trim());
}

/** An option whose value is a JSON object. */
export function jsonObject(name: string, value: string | undefined): Record<string, unknown> | undefined {
  if (value === undefined) return undefined;
  try {
    const parsed = JSON.parse(value) as unknown;
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Reported below, the same for every mistake.
  }
  throw usage(`--${name} expects a JSON object, in quotes for the shell`);
}
