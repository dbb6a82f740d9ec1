import type { Format } from "@plinth/formats";
import { usage } from "./errors.ts";

const ENDINGS: Record<string, Format> = {
  csv: "csv",
  tsv: "csv",
  json: "json",
  ndjson: "ndjson",
  jsonl: "ndjson",
};

/** The format of a file to be read; by its extension, unless given. */
export function formatOfFile(option: Format | undefined, file: string): Format | undefined {
  return option ?? ENDINGS[endingOf(file)];
}

/** The format to write. The name's extension must not contradict it. */
export function outputFormat(option: Format | undefined, file: string | undefined): Format {
  if (option !== undefined) return option;
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

/**
 * An option with pairs, which may be given several times: `--map "US Gross=us_gross"`, or a JSON object, where null is
 * possible too.
 */
export function pairs(
  name: string,
  values: readonly string[] = [],
  advice?: (key: string) => string,
): Record<string, string | null> {
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
      const [key, given] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
      if (given === "")
        throw usage(`--${name}: nothing stands after ${key}=; ${advice?.(key) ?? `write ${key}=VALUE`}`);
      found[key] = given;
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

/** The values of these options that are given, for a query. */
export function queryOf(
  options: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, unknown>>,
): URLSearchParams {
  const given = Object.entries(values).flatMap(([name, value]): [string, string][] =>
    Object.hasOwn(options, name) && typeof value === "string" ? [[name, value]] : [],
  );
  return new URLSearchParams(given);
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

/** A whole number of an option, if it is given. */
export function numberOption(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value)) throw usage(`--${name} expects a whole number`);
  return Number(value);
}
